-- Dataverse has no state for what came back: a returned order is a cancelled one
select
    guid_of(o.Id) as salesorderid,
    'SO-' || o.OrderNumber as ordernumber,
    guid_of(coalesce(b.firm, b.person)) as customerid,
    case when b.firm is not null then 'account' else 'contact' end as customerid_type,
    guid_of(o.OpportunityId) as opportunityid,
    o.TotalAmount as totalamount,
    case
        when o.Status in ('Returned', 'Cancelled') then 2
        when o.Status = 'Activated' then 3
        else 0
    end as statecode,
    o.EffectiveDate::timestamp as submitdate,
    o.Fulfilled_Date__c::timestamp as datefulfilled,
    guid_of(o.CurrencyIsoCode) as transactioncurrencyid,
    guid_of(o.OwnerId) as ownerid,
    'systemuser' as ownerid_type,
    o.CreatedDate as createdon,
    o.SystemModstamp as modifiedon,
    epoch_us(o.SystemModstamp) as versionnumber,
from branch."Order" as o
inner join branch.buyers as b on o.AccountId = b.AccountId
