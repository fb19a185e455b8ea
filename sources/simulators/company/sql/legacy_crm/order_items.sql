select
    'A-' || lpad(o.number::varchar, 8, '0') as order_no,
    l.line as pos,
    'SKU-' || lpad(l.product::varchar, 4, '0') as sku,
    l.quantity as qty,
    money_text(l.unit_cents, '.') as price,
    money_text(l.discount_cents, '.') as discount,
from lines as l
inner join orders as o on l.order = o.order_key
where o.system = 1 and o.placed_at <= now()
