-- one row per customer: what placed and fulfilled orders came to by the day
with spent as (
    select truth_customer_id, count(*) as order_count, sum(order_amount_eur) as spend_eur
    from truth_orders
    where order_status in ('placed', 'fulfilled')
    group by truth_customer_id
),

final as (
    select
        c.truth_customer_id,
        getvariable('today') as as_of,
        coalesce(s.order_count, 0)::bigint as order_count,
        coalesce(s.spend_eur, 0)::decimal(18, 2) as spend_eur,
    from truth_customers as c
    left join spent as s on c.truth_customer_id = s.truth_customer_id
)

select * from final
