select
    hub_id(l.Id) as _id,
    l.CreatedDate as _created_at,
    l.SystemModstamp as _updated_at,
    false as _archived,
    hub_id(l.Product2Id) as hs_product_id,
    p.Name as name,
    p.ProductCode as hs_sku,
    l.Quantity::varchar as quantity,
    l.UnitPrice::varchar as price,
    (l.Subtotal - l.TotalPrice)::varchar as discount,
    l.TotalPrice::varchar as amount,
    l.CurrencyIsoCode as hs_line_item_currency_code,
    null as hs_position_on_quote,
    null as recurringbillingfrequency,
from branch."OpportunityLineItem" as l
inner join branch."Product2" as p on l.Product2Id = p.Id
union all
select
    hub_id(l.Id), l.CreatedDate, l.SystemModstamp, false, hub_id(l.Product2Id), p.Name, p.ProductCode, l.Quantity::varchar,
    l.UnitPrice::varchar, l.Discount__c::varchar, l.TotalPrice::varchar, l.CurrencyIsoCode,
    row_number() over (partition by l.OrderId order by l.Id)::varchar, null,
from branch."OrderItem" as l
inner join branch."Product2" as p on l.Product2Id = p.Id
union all
select
    hub_id(c.line_id), c.starts_at, c.since_at, false, hub_id(c.product_id), p.Name, p.ProductCode, '1', money(c.monthly_cents)::varchar,
    '0.00', money(c.monthly_cents)::varchar, c.currency_code, null, 'monthly',
from branch.contracts as c
inner join branch."Product2" as p on c.product_id = p.Id
