-- another address is another relation: the one before is deleted with its person's next save, and forgotten here
select
    guid_of(bean || upper(address)) as id, guid_of(upper(address)) as email_address_id, guid_of(bean) as bean_id, module as bean_module,
    1 as primary_address, created_at as date_created, modified_at as date_modified, is_deleted::int as deleted,
from branch.mailboxes
