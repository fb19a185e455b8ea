select
    guid_of(Id || 'contact') as id, guid_of(ContactId) as contact_id, guid_of(Id) as case_id, 'Primary Contact' as contact_role,
    CreatedDate as date_modified, 0 as deleted,
from branch."Case"
where ContactId is not null
