-- what a campaign costs is booked once, where the company runs it
select
    guid_of(Id) as campaignid,
    Name as name,
    choice('campaign', 'typecode', Type) as typecode,
    choice('campaign', 'statuscode', Status) as statuscode,
    StartDate::timestamp as proposedstart,
    EndDate::timestamp as proposedend,
    false as istemplate,
    CreatedDate as createdon,
    SystemModstamp as modifiedon,
    epoch_us(SystemModstamp) as versionnumber,
from branch."Campaign"
