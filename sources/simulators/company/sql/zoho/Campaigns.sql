-- what a campaign costs is booked once, where the company runs it
select
    zoho_id(Id) as id,
    Name as Campaign_Name,
    Type,
    Status,
    StartDate as Start_Date,
    EndDate as End_Date,
    NumberSent as Num_sent,
    CurrencyIsoCode as Currency,
    1 as Exchange_Rate,
    CreatedDate as Created_Time,
    SystemModstamp as Modified_Time,
    true as _approved,
from branch."Campaign"
