-- one row per spell without stock begun by the day
select
    'SKU-' || lpad(product::varchar, 4, '0') as product_code,
    out_at as out_of_stock_at,
    case when back_at <= now() then back_at end as back_in_stock_at,
from stock_outs
where out_at <= now()
