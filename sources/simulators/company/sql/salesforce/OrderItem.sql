select
    l.line_id as Id,
    l.order_id as OrderId,
    '01u5g00000000001AAA' as PricebookEntryId,
    l.product_id as Product2Id,
    l.quantity as Quantity,
    money(l.unit_cents) as UnitPrice,
    money(l.amount_cents) as TotalPrice,
    o.placed_at::date as ServiceDate,
    money(l.discount_cents) as Discount__c,
    u.code as currency,
    o.placed_at as created_at,
    o.placed_at as modified_at,
    o.customer as user,
from lines as l
inner join orders as o on l.order = o.order_key
inner join words_currency as u on o.currency = u.at
where o.system = 0 and o.placed_at <= now()
