select
    number_of(id) as id,
    subject as name,
    planned_at::varchar as start,
    (planned_at + to_minutes(coalesce(minutes, 60)))::varchar as stop,
    false as allday,
    coalesce(minutes, 60) / 60.0 as duration,
    number_of(owner) as user_id,
    case when lead is not null then 'crm.lead' when firm is not null then 'res.partner' end as res_model,
    number_of(coalesce(lead, firm)) as res_id,
    true as active,
    created_at::varchar as create_date,
    modified_at::varchar as write_date,
from branch.activities
where kind = 'event'
