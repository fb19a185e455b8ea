select
    'SKU-' || lpad(product::varchar, 4, '0') as sku,
    strftime(changed_at, '%Y-%m-%d %H:%M:%S') as changed,
    quantity,
from stock_levels
where changed_at <= now()
order by changed, sku
