select
    zoho_id(o.Id) as id,
    'Order ' || o.OrderNumber as Subject,
    'SO-' || o.OrderNumber as SO_Number,
    case
        when o.Status in ('Returned', 'Cancelled') then 'Cancelled'
        when o.Status = 'Activated' then 'Delivered'
        else 'Created'
    end as Status,
    zoho_id(o.OpportunityId) as Deal_Name,
    zoho_id(b.firm) as Account_Name,
    zoho_id(b.person) as Contact_Name,
    o.TotalAmount as Sub_Total,
    o.TotalAmount as Grand_Total,
    o.CurrencyIsoCode as Currency,
    1 as Exchange_Rate,
    zoho_id(o.OwnerId) as Owner,
    o.CreatedDate as Created_Time,
    o.SystemModstamp as Modified_Time,
    true as _approved,
from branch."Order" as o
inner join branch.buyers as b on o.AccountId = b.AccountId
