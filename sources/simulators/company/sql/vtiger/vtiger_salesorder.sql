-- what came back vtiger has no word for: a returned order is a cancelled one
select
    number_of(o.Id) as salesorderid,
    'SO' || o.OrderNumber as salesorder_no,
    'Order ' || o.OrderNumber as subject,
    coalesce(number_of(b.firm), 0) as accountid,
    coalesce(number_of(b.person), 0) as contactid,
    coalesce(number_of(o.OpportunityId), 0) as potentialid,
    case
        when o.Status in ('Returned', 'Cancelled') then 'Cancelled'
        when o.Status = 'Activated' then 'Delivered'
        else 'Created'
    end as sostatus,
    o.TotalAmount as subtotal,
    o.TotalAmount as total,
    number_of(c.Id) as currency_id,
from branch."Order" as o
inner join branch.buyers as b on o.AccountId = b.AccountId
inner join branch."CurrencyType" as c on o.CurrencyIsoCode = c.IsoCode
