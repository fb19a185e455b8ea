select
    guid_of(upper(address)) as id, any_value(address order by created_at) as email_address, upper(address) as email_address_caps,
    max(opted_out::int) as opt_out, min(created_at) as date_created, max(modified_at) as date_modified, 0 as deleted,
from branch.mailboxes
group by upper(address)
