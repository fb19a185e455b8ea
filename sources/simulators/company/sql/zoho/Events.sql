select
    zoho_id(id) as id,
    subject as Event_Title,
    planned_at as Start_DateTime,
    planned_at + to_minutes(minutes) as End_DateTime,
    false as All_day,
    zoho_id(contact) as Who_Id,
    zoho_id(coalesce(lead, firm)) as What_Id,
    zoho_id(owner) as Owner,
    created_at as Created_Time,
    modified_at as Modified_Time,
    true as _approved,
from branch.activities
where kind = 'event'
