{%- set rules = var('win_back') -%}
with

lapses as (
    select * from {{ ref('int_lapses__followed') }}
),

rates as (
    select * from {{ ref('int_lapses__rated') }}
),

customers as (
    select customer_id, customer_type, customer_name from {{ ref('dim_customers') }}
),

customer_values as (
    select * from {{ ref('customer_value') }}
),

-- a lifetime value is low because the customer is probably gone; over the probability that they are not it is what
-- they are worth if so
followed as (
    select
        lapses.*,
        case
            when customer_values.alive_rate >= 0.01
                then cast(customer_values.lifetime_value_amount / customer_values.alive_rate as decimal(18, 2))
        end as lifetime_amount,
        customers.customer_type,
        customers.customer_name,
        lapses.won_back_date is null and lapses.removed_date is null as is_open,
        {{ order_habit('lapses.earlier_order_count') }} as order_habit,
        {{ lapse_step(datediff('lapses.lapsed_date', as_of(), 'day')) }} as lapse_step
    from lapses
    inner join customers on lapses.customer_id = customers.customer_id
    left join customer_values on lapses.customer_id = customer_values.customer_id
),

-- only who is still gone can be asked
weighed as (
    select
        followed.*,
        rates.alike_lapse_count,
        rates.alike_won_back_count,
        cast(rates.win_back_rate as decimal(18, 4)) as win_back_rate,
        case when followed.is_open then coalesce(followed.lifetime_amount, followed.yearly_margin_amount) end
            as worth_if_back_amount
    from followed
    left join rates
        on
            followed.is_open
            and followed.lapse_step = rates.lapse_step
            and followed.customer_type = rates.customer_type
            and followed.order_habit = rates.order_habit
),

expected as (
    select *, cast(worth_if_back_amount * win_back_rate as decimal(18, 2)) as expected_value_amount
    from weighed
),

ranked as (
    select
        *,
        row_number() over (
            partition by is_open
            order by expected_value_amount desc nulls last, win_back_rate desc nulls last, customer_id
        ) as priority_rank
    from expected
),

final as (
    select
        customer_id,
        customer_type,
        customer_name,
        {{ as_of() }} as as_of_date,
        lapsed_date,
        cast(lapse_number as integer) as lapse_number,
        last_order_date as last_order_date_before,
        cast(earlier_order_count as integer) as earlier_order_count,
        case when won_back_date is not null then 'won_back' when is_open then 'open' else 'removed' end as outcome,
        is_open,
        cast(contact_count as integer) as contact_count,
        first_contact_date,
        won_back_date,
        cast({{ datediff('lapsed_date', 'won_back_date', 'day') }} as integer) as days_to_win_back,
        coalesce(
            {{ datediff('first_contact_date', 'won_back_date', 'day') }} <= {{ rules['contact_days'] }}, false
        ) as is_won_back_after_contact,
        '{{ var("reporting_currency") }}' as currency_code,
        cast(yearly_revenue_amount as decimal(18, 2)) as yearly_revenue_amount,
        cast(yearly_margin_amount as decimal(18, 2)) as yearly_margin_amount,
        cast(second_life_order_count as integer) as second_life_order_count,
        cast(coalesce(second_life_revenue_amount, 0) as decimal(18, 2)) as second_life_revenue_amount,
        cast(second_life_margin_amount as decimal(18, 2)) as second_life_margin_amount,
        win_back_rate,
        cast(alike_lapse_count as integer) as alike_lapse_count,
        cast(alike_won_back_count as integer) as alike_won_back_count,
        case
            when is_open and win_back_rate is null then 'not measurable'
            when is_open and alike_lapse_count >= {{ rules['prior_lapses'] }} then 'lapses alike'
            when is_open then 'all lapses'
        end as win_back_basis,
        cast(worth_if_back_amount as decimal(18, 2)) as worth_if_back_amount,
        case
            when worth_if_back_amount is null then null
            when lifetime_amount is not null then 'lifetime value'
            else 'last year'
        end as worth_basis,
        expected_value_amount,
        cast(case when is_open then priority_rank end as integer) as priority_rank
    from ranked
)

select * from final
