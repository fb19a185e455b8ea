with

attributions as (
    select * from {{ source('analytics', 'order_attributions') }}
),

orders as (
    select order_id, customer_id, order_date, channel from {{ ref('fct_orders') }}
),

final as (
    select
        attributions.order_id,
        orders.customer_id,
        orders.order_date,
        orders.channel,
        attributions.attribution_model,
        attributions.campaign_id,
        '{{ var("reporting_currency") }}' as currency_code,
        attributions.order_credit,
        attributions.attributed_revenue_amount,
        attributions.attributed_margin_amount
    from attributions
    inner join orders on attributions.order_id = orders.order_id
)

select * from final
