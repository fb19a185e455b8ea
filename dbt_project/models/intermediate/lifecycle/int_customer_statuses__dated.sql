{%- set rules = var('lifecycle') -%}
-- the state on every day on which it may change: when something happens, and when a time runs out
with

customers as (
    select * from {{ ref('dim_customers') }}
),

purchases as (
    select * from {{ ref('int_purchases__spaced') }}
),

removed as (
    select * from {{ ref('int_customers__removed') }}
),

handed_out as (
    select customer_id, min(valid_from) as first_known_date
    from {{ ref('base_identity__assignments_history') }}
    group by customer_id
),

first_purchases as (
    select customer_id, min(purchase_date) as purchase_date
    from purchases
    group by customer_id
),

-- a customer is one from the first record, purchase or, where sources give no time, the first night on
begun as (
    select
        customers.customer_id,
        first_purchases.purchase_date,
        least(
            coalesce({{ reporting_date('customers.first_seen_at') }}, handed_out.first_known_date, {{ as_of() }}),
            coalesce(first_purchases.purchase_date, {{ as_of() }}),
            coalesce(removed.removed_date, {{ as_of() }}),
            {{ as_of() }}
        ) as begin_date,
        coalesce(removed.removed_date, {{ dateadd('day', 1, as_of()) }}) as removed_date
    from customers
    left join first_purchases on customers.customer_id = first_purchases.customer_id
    left join removed on customers.customer_id = removed.customer_id
    left join handed_out on customers.customer_id = handed_out.customer_id
),

stretches as (
    select
        customer_id, begin_date as from_date, coalesce(purchase_date, removed_date) as to_date,
        cast(null as date) as first_purchase_date, cast(null as date) as active_to_date,
        cast(null as integer) as at_risk_days, cast(null as integer) as lapse_days, cast(null as date) as returned_date,
        removed_date
    from begun
    union all
    select
        purchases.customer_id, purchases.purchase_date, coalesce(purchases.next_purchase_date, begun.removed_date),
        purchases.first_purchase_date, purchases.active_to_date,
        purchases.at_risk_days, purchases.lapse_days, purchases.returned_date,
        begun.removed_date
    from purchases
    inner join begun on purchases.customer_id = begun.customer_id
),

turns as (
    {%- for turn in [
        'from_date',
        dateadd('day', rules['new_days'] ~ ' + 1', 'first_purchase_date'),
        dateadd('day', rules['won_back_days'] ~ ' + 1', 'returned_date'),
        dateadd('day', 'at_risk_days + 1', 'active_to_date'),
        dateadd('day', 'lapse_days + 1', 'active_to_date'),
        dateadd('day', 'lapse_days + 1 + ' ~ rules['lost_days'], 'active_to_date'),
    ] %}
    select *, cast({{ turn }} as date) as turn_date from stretches
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

judged as (
    select
        customer_id,
        turn_date,
        {{ lifecycle_status('turn_date') }} as status
    from turns
    where turn_date >= from_date and turn_date < to_date and turn_date < removed_date and turn_date <= {{ as_of() }}
    union all
    select customer_id, removed_date, removed_status from removed
),

-- two reasons may fall on one day; they give the same answer
final as (
    select distinct * from judged
)

select * from final
