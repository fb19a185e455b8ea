-- from month end to month end; a customer who comes and goes within a month has stayed
with

changes as (
    select * from {{ ref('fct_customer_status_changes') }}
),

customers as (
    select customer_id, customer_type from {{ ref('dim_customers') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

months as (
    select
        month_start_date,
        max(date_day) as month_end_date,
        max(date_day) = cast({{ dateadd('day', -1, dateadd('month', 1, 'month_start_date')) }} as date) as is_complete
    from {{ ref('dim_dates') }}
    where is_past
    group by month_start_date
),

-- the month ends at which the state holds: from_month on, before to_month
held as (
    select
        *,
        cast({{ date_trunc('month', 'valid_from_date') }} as date) as from_month,
        cast({{ date_trunc('month', 'coalesce(valid_to_date, ' ~ dateadd('month', 1, as_of()) ~ ')') }} as date)
            as to_month
    from changes
),

spells as (
    select
        held.customer_id,
        customers.customer_type,
        held.from_month,
        held.to_month,
        held.status,
        coalesce(lag(held.status) over (partition by held.customer_id order by held.from_month), 'none')
            as status_before
    from held
    inner join customers on held.customer_id = customers.customer_id
    where held.from_month < held.to_month
),

-- an order is in the twelve months up to its own month end, and up to the eleven that follow
years as (
    select
        customer_id,
        cast({{ date_trunc('month', 'order_date') }} as date) as order_month,
        sum(order_reporting_amount) as amount
    from orders
    group by customer_id, cast({{ date_trunc('month', 'order_date') }} as date)
),

ages as (
    {%- for age in range(13) %}
    select {{ age }} as age
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

worth as (
    select
        years.customer_id,
        cast({{ dateadd('month', 'ages.age', 'years.order_month') }} as date) as month_start_date,
        case when ages.age >= 1 then years.amount else 0 end as opening_amount,
        case when ages.age <= 11 then years.amount else 0 end as closing_amount
    from years
    cross join ages
),

moved as (
    select
        months.month_start_date,
        spells.customer_type,
        case when spells.from_month = months.month_start_date then spells.status_before else spells.status end
            as from_status,
        spells.status as to_status,
        count(*) as customer_count,
        0 as opening_amount,
        0 as closing_amount
    from spells
    inner join months
        on spells.from_month <= months.month_start_date and spells.to_month > months.month_start_date
    group by
        months.month_start_date, spells.customer_type, spells.status,
        case when spells.from_month = months.month_start_date then spells.status_before else spells.status end
    union all
    select
        worth.month_start_date,
        spells.customer_type,
        case when spells.from_month = worth.month_start_date then spells.status_before else spells.status end,
        spells.status,
        0,
        sum(worth.opening_amount),
        sum(worth.closing_amount)
    from worth
    inner join spells
        on
            worth.customer_id = spells.customer_id
            and worth.month_start_date >= spells.from_month
            and worth.month_start_date < spells.to_month
    group by
        worth.month_start_date, spells.customer_type, spells.status,
        case when spells.from_month = worth.month_start_date then spells.status_before else spells.status end
),

summed as (
    select
        month_start_date,
        customer_type,
        from_status,
        to_status,
        sum(customer_count) as customer_count,
        sum(opening_amount) as opening_amount,
        sum(closing_amount) as closing_amount
    from moved
    group by month_start_date, customer_type, from_status, to_status
),

final as (
    select
        summed.month_start_date,
        months.month_end_date,
        summed.customer_type,
        summed.from_status,
        summed.to_status,
        case
            when summed.from_status = 'none' then 'joined'
            when summed.from_status = summed.to_status then 'stayed'
            else 'moved'
        end as movement,
        cast(summed.customer_count as integer) as customer_count,
        '{{ var("reporting_currency") }}' as currency_code,
        cast(summed.opening_amount as decimal(18, 2)) as opening_amount,
        cast(summed.closing_amount - summed.opening_amount as decimal(18, 2)) as revaluation_amount,
        cast(summed.closing_amount as decimal(18, 2)) as closing_amount,
        months.is_complete
    from summed
    inner join months on summed.month_start_date = months.month_start_date
)

select * from final
