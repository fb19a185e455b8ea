-- the lines of orders placed or changed since getvariable('since'), in the state of getvariable('now')
with changed as (
    select
        o.*,
        greatest(
            past(o.fulfilled_at, o.placed_at), past(o.cancelled_at, o.placed_at), past(o.returned_at, o.placed_at)
        ) as changed_at,
        case
            when o.returned_at <= now() then 'returned'
            when o.cancelled_at <= now() then 'cancelled'
            when o.fulfilled_at <= now() then 'fulfilled'
            else 'placed'
        end as status,
    from orders as o
    where o.system = 2 and o.placed_at <= now()
),

due as (
    select * from changed where changed_at > getvariable('since')
),

buyers as (
    {face}
),

final as (
    select
        'W' || lpad(o.number::varchar, 8, '0') as order_number,
        l.line,
        strftime(o.placed_at, '%d.%m.%Y') as order_date,
        o.status,
        b.email as customer_email,
        b.first_name,
        b.last_name,
        b.phone,
        b.street,
        b.postal_code,
        b.city,
        b.country,
        'SKU-' || lpad(l.product::varchar, 4, '0') as sku,
        l.quantity,
        money_text(l.unit_cents, ',') as unit_price,
        money_text(l.discount_cents, ',') as discount,
        u.code as currency,
        case when o.fulfilled_at <= now() then strftime(o.fulfilled_at, '%d.%m.%Y') end as delivered_on,
        case when o.returned_at <= now() then strftime(o.returned_at, '%d.%m.%Y') end as returned_on,
    from due as o
    inner join buyers as b on o.order_key = b.order_key
    inner join lines as l on o.order_key = l.order
    inner join words_currency as u on o.currency = u.at
)

select * from final order by order_number, line
