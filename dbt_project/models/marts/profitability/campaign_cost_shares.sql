with

touches as (
    select * from {{ ref('fct_campaign_touches') }}
    where is_counted and not is_control
),

campaigns as (
    select * from {{ ref('dim_campaigns') }}
),

sold as (
    select * from {{ ref('int_customers__sold') }}
),

numbered as (
    select
        touches.*,
        {{ wide_integer('campaigns.actual_cost_reporting_amount * 100') }} as cost_cents,
        row_number() over (
            partition by touches.campaign_id order by touches.member_record_id, touches.touch_id
        ) as place,
        count(*) over (partition by touches.campaign_id) as touch_count
    from touches
    inner join campaigns on touches.campaign_id = campaigns.campaign_id
),

-- equal shares; the cents that are left go to the first members, so that the shares are the cost
shared as (
    select
        *,
        {{ integer_quotient('cost_cents', 'touch_count') }}
        + case when place <= cost_cents % touch_count then 1 else 0 end as share_cents
    from numbered
),

final as (
    select
        shared.touch_id,
        shared.campaign_id,
        shared.customer_id,
        shared.touched_date,
        '{{ var("reporting_currency") }}' as currency_code,
        {{ amount_of_cents('shared.share_cents') }} as cost_share_amount,
        case
            when sold.first_order_date < shared.touched_date then 'promotion'
            else 'acquisition'
        end as cost_purpose
    from shared
    left join sold on shared.customer_id = sold.customer_id
)

select * from final
