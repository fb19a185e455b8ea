-- which address belongs to whom; a family's mailbox is one address of several persons
create or replace view branch.mailboxes as
with told as (
    select Id as bean, 'Contacts' as module, Email as address, HasOptedOutOfEmail as opted_out, CreatedDate as created_at, SystemModstamp as modified_at,
        IsDeleted as is_deleted
    from branch.people
    union all
    select Id, 'Leads', Email, false, CreatedDate, SystemModstamp, IsDeleted from branch."Lead"
)

from told where address is not null;
