-- losing is archiving; the stage a deal began in is no change
select
    number_of(h.Id) as id,
    number_of(h.Id) as mail_message_id,
    case when h.StageName = s.name then 2 else 1 end as field_id,
    case when h.StageName = s.name then 1 else stage_number(h.FromOpportunityStageName) end as old_value_integer,
    case when h.StageName = s.name then 0 else stage_number(h.StageName) end as new_value_integer,
    h.CreatedDate::varchar as create_date,
    h.CreatedDate::varchar as write_date,
from branch."OpportunityHistory" as h
cross join (select name from words_stage where "at" = 5) as s
where h.FromOpportunityStageName is not null
