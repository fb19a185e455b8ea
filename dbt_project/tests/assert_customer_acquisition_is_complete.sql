-- every customer who ever bought once, all acquisition cost and all margin, to the cent
with

acquisition as (
    select
        coalesce(sum(new_customer_count), 0) as customer_count,
        coalesce(sum(cohort_cost_amount + unconverted_cost_amount), 0) as cost_amount,
        coalesce(sum(margin_amount), 0) as margin_amount
    from {{ ref('customer_acquisition') }}
),

purchases as (
    select count(distinct customer_id) as customer_count from {{ ref('int_purchases__spaced') }}
),

shares as (
    select coalesce(sum(cost_share_amount), 0) as cost_amount
    from {{ ref('campaign_cost_shares') }}
    where cost_purpose = 'acquisition'
),

orders as (
    select coalesce(sum(margin_reporting_amount), 0) as margin_amount
    from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
)

select *
from acquisition
cross join purchases
cross join shares
cross join orders
where
    acquisition.customer_count <> purchases.customer_count
    or acquisition.cost_amount <> shares.cost_amount
    or acquisition.margin_amount <> orders.margin_amount
