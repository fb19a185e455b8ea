select
    guid_of(Id || 'contact') as id, guid_of(ContactId) as contact_id, guid_of(Id) as opportunity_id, 'Primary Decision Maker' as contact_role,
    CreatedDate as date_modified, 0 as deleted,
from branch."Opportunity"
where ContactId is not null
