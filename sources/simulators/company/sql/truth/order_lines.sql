-- one row per line of truth orders
select
    o.source_instance,
    o.source_record_id as order_record_id,
    l.line as line_number,
    'SKU-' || lpad(l.product::varchar, 4, '0') as product_code,
    l.quantity,
    money(l.unit_cents) as unit_price_amount,
    money(l.discount_cents) as discount_amount,
    money(l.amount_cents) as line_amount,
    o.currency_code,
    money(l.eur_cents) as line_amount_eur,
    money(l.discount_eur_cents) as discount_amount_eur,
    money(l.quantity * p.cost_cents) as cost_amount_eur,
from lines as l
inner join truth_orders as o on l.order = o.order_key
inner join products as p on l.product = p.product
