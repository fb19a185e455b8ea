select
    hub_id(Id) as _id,
    CreatedDate as _created_at,
    SystemModstamp as _updated_at,
    false as _archived,
    Subject as subject,
    '0' as hs_pipeline,
    hub_word(Status) as hs_pipeline_stage,
    upper(Priority) as hs_ticket_priority,
    Type as hs_ticket_category,
    upper(Origin) as source_type,
    hub_time(ClosedDate) as closed_date,
    hub_id(OwnerId) as hubspot_owner_id,
from branch."Case"
where not IsDeleted
