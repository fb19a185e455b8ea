select
    guid_of(id) as activityid,
    subject,
    call_type = 'Outbound' as directioncode,
    created_at as createdon,
    modified_at as modifiedon,
    epoch_us(modified_at) as versionnumber,
from branch.activities
where kind = 'call'
