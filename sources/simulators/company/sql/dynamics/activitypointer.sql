select
    guid_of(id) as activityid,
    kind as activitytypecode,
    subject,
    guid_of(coalesce(who, firm)) as regardingobjectid,
    case when who like '003%' then 'contact' when who like '00Q%' then 'lead' when firm is not null then 'account' end
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
