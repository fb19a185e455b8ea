select
    'SKU-' || lpad(p.product::varchar, 4, '0') as sku,
    m.name || ' ' || g.name || ' ' || (100 + p.product) as name,
    f.name as family,
    money_text(p.cost_cents, '.') as cost,
    money_text(as_at(now(), p.price_changed_at, p.price1_cents, p.price2_cents), '.') as price,
    'EUR' as currency,
    (p.discontinued_at > now())::int as active,
from products as p
inner join words_make as m on p.make = m.at
inner join words_goods as g on p.goods = g.at
inner join words_family as f on p.family = f.at
