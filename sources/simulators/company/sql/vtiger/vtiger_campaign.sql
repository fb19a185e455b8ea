-- what a campaign costs is booked once, where the company runs it
select
    number_of(Id) as campaignid,
    'CAM' || counter_of(Id) as campaign_no,
    Name as campaignname,
    Type as campaigntype,
    Status as campaignstatus,
    EndDate as closingdate,
from branch."Campaign"
