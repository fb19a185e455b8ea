select
    zoho_id(id) as id,
    subject as Subject,
    call_type as Call_Type,
    coalesce(happened_at, planned_at) as Call_Start_Time,
    minutes || ':00' as Call_Duration,
    minutes * 60 as Call_Duration_in_seconds,
    zoho_id(contact) as Who_Id,
    zoho_id(coalesce(lead, firm)) as What_Id,
    zoho_id(owner) as Owner,
    created_at as Created_Time,
    modified_at as Modified_Time,
    true as _approved,
from branch.activities
where kind = 'call'
