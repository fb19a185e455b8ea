select
    guid_of(id) as activityid,
    case kind when 'call' then 'phonecall' when 'event' then 'appointment' when 'chat' then 'msdyn_ocliveworkitem' else kind end
        as activitytypecode,
    subject,
    guid_of(coalesce(contact, lead, firm)) as regardingobjectid,
    case when contact is not null then 'contact' when lead is not null then 'lead' when firm is not null then 'account' end
        as regardingobjectid_type,
    planned_at as scheduledstart,
    happened_at as actualend,
    minutes as actualdurationminutes,
    case when is_done then 1 else 0 end as statecode,
    guid_of(owner) as ownerid,
    'systemuser' as ownerid_type,
    created_at as createdon,
    modified_at as modifiedon,
    epoch_us(modified_at) as versionnumber,
from branch.activities
