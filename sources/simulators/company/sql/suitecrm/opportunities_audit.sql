-- the audit keeps changes: the stage that a deal began in is what the first one changed
select
    guid_of(Id) as id, guid_of(OpportunityId) as parent_id, CreatedDate as date_created, 'sales_stage' as field_name, 'enum' as data_type,
    FromOpportunityStageName as before_value_string, StageName as after_value_string,
from branch."OpportunityHistory"
where FromOpportunityStageName is not null
