select
    guid_of(Id) as productid,
    ProductCode as productnumber,
    Name as name,
    List_Price__c as price,
    Unit_Cost__c as currentcost,
    guid_of(CurrencyIsoCode) as transactioncurrencyid,
    case when IsActive then 0 else 1 end as statecode,
    CreatedDate as createdon,
    SystemModstamp as modifiedon,
    epoch_us(SystemModstamp) as versionnumber,
from branch."Product2"
