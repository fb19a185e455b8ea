select
    p.id as Id,
    m.name || ' ' || g.name || ' ' || (100 + p.product) as Name,
    'SKU-' || lpad(p.product::varchar, 4, '0') as ProductCode,
    'SKU-' || lpad(p.product::varchar, 4, '0') as StockKeepingUnit,
    p.discontinued_at > now() as IsActive,
    f.name as Family,
    'Piece' as QuantityUnitOfMeasure,
    false as IsArchived,
    money(p.cost_cents) as Unit_Cost__c,
    money(as_at(now(), p.price_changed_at, p.price1_cents, p.price2_cents)) as List_Price__c,
    'EUR' as currency,
    p.created_at,
    greatest(past(p.price_changed_at, p.created_at), past(p.discontinued_at, p.created_at)) as modified_at,
    0 as user,
from products as p
inner join words_make as m on p.make = m.at
inner join words_goods as g on p.goods = g.at
inner join words_family as f on p.family = f.at
