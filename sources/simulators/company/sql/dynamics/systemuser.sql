select
    guid_of(Id) as systemuserid,
    Name as fullname,
    Email as internalemailaddress,
    Username as domainname,
    guid_of(ManagerId) as parentsystemuserid,
    not IsActive as isdisabled,
    CreatedDate as createdon,
    SystemModstamp as modifiedon,
    epoch_us(SystemModstamp) as versionnumber,
from branch."User"
