select
    guid_of('resolution ' || Id) as activityid,
    'resolved' as subject,
    guid_of(Id) as incidentid,
    ClosedDate as actualend,
    ClosedDate as createdon,
    ClosedDate as modifiedon,
    epoch_us(ClosedDate) as versionnumber,
from branch."Case"
where IsClosed and not IsDeleted
