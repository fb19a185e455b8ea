with

acquired as (
    select * from {{ ref('int_customers__acquired') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

shares as (
    select * from {{ ref('campaign_cost_shares') }}
    where cost_purpose = 'acquisition'
),

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

customer_values as (
    select customer_id, lifetime_value_amount from {{ ref('customer_value') }}
),

-- who was touched and never bought is an expense of the month of the touch
spent as (
    select
        coalesce(acquired.cohort_start_date, cast({{ date_trunc('month', 'shares.touched_date') }} as date))
            as cohort_start_date,
        coalesce(acquired.acquisition_source, customers.acquisition_source, 'unknown') as acquisition_source,
        coalesce(acquired.first_channel, 'none') as first_channel,
        coalesce(shares.cost_share_amount, 0) as cost_amount,
        acquired.customer_id is not null as is_acquired
    from shares
    left join acquired on shares.customer_id = acquired.customer_id
    left join customers on shares.customer_id = customers.customer_id
),

-- months of a customer begin on the day of the month on which they first bought; the first of them is 1
aged as (
    select
        acquired.*,
        coalesce(orders.margin_reporting_amount, 0) as margin_amount,
        {{ datediff('acquired.first_purchase_date', 'orders.order_date', 'month') }} + 1
        - case
            when orders.order_date < {{ dateadd(
                'month', datediff('acquired.first_purchase_date', 'orders.order_date', 'month'),
                'acquired.first_purchase_date'
            ) }} then 1
            else 0
        end as month_number
    from acquired
    inner join orders on acquired.customer_id = orders.customer_id
),

earned as (
    select
        cohort_start_date, acquisition_source, first_channel, month_number,
        sum(margin_amount) as margin_amount
    from aged
    group by cohort_start_date, acquisition_source, first_channel, month_number
),

counted as (
    select
        acquired.cohort_start_date, acquired.acquisition_source, acquired.first_channel,
        1 as customer_count, customer_values.lifetime_value_amount,
        0 as acquisition_cost_amount, 0 as unconverted_cost_amount
    from acquired
    left join customer_values on acquired.customer_id = customer_values.customer_id
    union all
    select
        cohort_start_date, acquisition_source, first_channel, 0, null,
        case when is_acquired then cost_amount else 0 end,
        case when is_acquired then 0 else cost_amount end
    from spent
),

cohorts as (
    select
        cohort_start_date, acquisition_source, first_channel,
        sum(customer_count) as new_customer_count,
        coalesce(sum(lifetime_value_amount), 0) as lifetime_value_amount,
        sum(acquisition_cost_amount) as acquisition_cost_amount,
        sum(unconverted_cost_amount) as unconverted_cost_amount
    from counted
    group by cohort_start_date, acquisition_source, first_channel
),

cumulated as (
    select
        earned.*,
        sum(margin_amount) over (
            partition by cohort_start_date, acquisition_source, first_channel order by month_number
        ) as cumulative_amount
    from earned
),

repaid as (
    select
        cohorts.cohort_start_date, cohorts.acquisition_source, cohorts.first_channel,
        {%- for months in [3, 6, 12] %}
        sum(case when cumulated.month_number <= {{ months }} then cumulated.margin_amount else 0 end)
            as margin_{{ months }}_amount,
        {%- endfor %}
        sum(cumulated.margin_amount) as margin_amount,
        min(
            case when cumulated.cumulative_amount >= cohorts.acquisition_cost_amount then cumulated.month_number end
        ) as payback_month_number
    from cohorts
    left join cumulated
        on
            cohorts.cohort_start_date = cumulated.cohort_start_date
            and cohorts.acquisition_source = cumulated.acquisition_source
            and cohorts.first_channel = cumulated.first_channel
    group by cohorts.cohort_start_date, cohorts.acquisition_source, cohorts.first_channel
),

-- a span is known once the last who joined in the month has lived through it
final as (
    select
        cohorts.cohort_start_date, cohorts.acquisition_source, cohorts.first_channel,
        '{{ var("reporting_currency") }}' as currency_code,
        cast(cohorts.new_customer_count as integer) as new_customer_count,
        cast(cohorts.acquisition_cost_amount as decimal(18, 2)) as cohort_cost_amount,
        cast(cohorts.unconverted_cost_amount as decimal(18, 2)) as unconverted_cost_amount,
        {{ average_amount('cohorts.acquisition_cost_amount', 'cohorts.new_customer_count') }}
            as cost_per_customer_amount,
        cast(coalesce(repaid.margin_amount, 0) as decimal(18, 2)) as margin_amount,
        cast(cohorts.lifetime_value_amount as decimal(18, 2)) as lifetime_value_amount,
        {{ rate_of('coalesce(repaid.margin_amount, 0) + cohorts.lifetime_value_amount',
            'cohorts.acquisition_cost_amount') }} as value_to_cost_rate,
        {%- for months in [3, 6, 12] %}
        case
            when {{ dateadd('month', months + 1, 'cohorts.cohort_start_date') }} <= {{ as_of() }}
                then {{ average_amount('repaid.margin_' ~ months ~ '_amount', 'cohorts.new_customer_count') }}
        end as margin_per_customer_{{ months }}_months_amount,
        {%- endfor %}
        cast(case when cohorts.acquisition_cost_amount > 0 then repaid.payback_month_number end as integer)
            as payback_month_number
    from cohorts
    inner join repaid
        on
            cohorts.cohort_start_date = repaid.cohort_start_date
            and cohorts.acquisition_source = repaid.acquisition_source
            and cohorts.first_channel = repaid.first_channel
)

select * from final
