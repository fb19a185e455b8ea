-- one row per customer with a counted order up to the day $cut_off: what was known by the end of that day
with orders as (
    -- an order that was returned later counted until then
    select
        customer_id,
        order_date,
        channel,
        coalesce(order_reporting_amount, 0)::double as amount,
        returned_date is not null and returned_date <= $cut_off as is_returned,
    from core.fct_orders
    where customer_id is not null and order_date <= $cut_off and (is_counted or returned_date is not null)
),

purchase_days as (
    select
        customer_id,
        order_date,
        sum(amount) as amount,
        date_diff('day', lag(order_date) over (partition by customer_id order by order_date), order_date) as gap_days,
    from orders
    where not is_returned
    group by customer_id, order_date
),

purchases as (
    select
        customer_id,
        date_diff('day', max(order_date), $cut_off) as recency_days,
        date_diff('day', min(order_date), $cut_off) as tenure_days,
        count(*) as purchase_count,
        count(*) filter (order_date > $cut_off - 90) as purchase_count_90_days,
        count(*) filter (order_date > $cut_off - 365) as purchase_count_365_days,
        avg(gap_days) as usual_gap_days,
        max(gap_days) as longest_gap_days,
        arg_max(gap_days, order_date) as last_gap_days,
        stddev_pop(gap_days) / nullif(avg(gap_days), 0) as gap_variation,
        avg(amount) as average_amount,
        arg_max(amount, order_date) as last_amount,
        coalesce(sum(amount) filter (order_date > $cut_off - 365), 0) as amount_365_days,
        coalesce(sum(amount) filter (order_date between $cut_off - 729 and $cut_off - 365), 0) as amount_before,
    from purchase_days
    group by customer_id
),

habits as (
    select
        customer_id,
        count(*) filter (is_returned) as return_count,
        count(distinct channel) as channel_count,
        arg_max(channel, (order_date, channel)) as last_channel,
    from orders
    group by customer_id
),

contacts as (
    select
        customer_id,
        date_diff('day', max(occurred_date), $cut_off) as contact_recency_days,
        count(*) filter (occurred_date > $cut_off - 90) as contact_count_90_days,
        count(*) filter (occurred_date > $cut_off - 365) as contact_count_365_days,
        count(*) filter (occurred_date > $cut_off - 365 and direction = 'inbound') as inbound_count_365_days,
    from core.fct_interactions
    where is_counted and occurred_date <= $cut_off
    group by customer_id
),

cases as (
    select
        customer_id,
        date_diff('day', max(opened_date), $cut_off) as case_recency_days,
        count(*) filter (opened_date > $cut_off - 365) as case_count_365_days,
        count(*) filter (closed_date is null or closed_date > $cut_off) as open_case_count,
    from core.fct_cases
    where is_counted and opened_date <= $cut_off
    group by customer_id
),

promotions as (
    select
        customer_id,
        date_diff('day', max(touched_date), $cut_off) as promotion_recency_days,
        count(*) filter (touched_date > $cut_off - 365) as promotion_count_365_days,
        count(*) filter (responded_at::date between $cut_off - 364 and $cut_off) as response_count_365_days,
    from core.fct_campaign_touches
    where is_counted and touched_date <= $cut_off
    group by customer_id
),

deals as (
    select
        customer_id,
        count(*) filter (not is_closed or close_date > $cut_off) as open_deal_count,
        date_diff('day', max(created_at)::date, $cut_off) as deal_recency_days,
    from core.fct_opportunities
    where not is_deleted and created_at::date <= $cut_off
    group by customer_id
),

-- who is in no CRM is never in contact
known as (
    select
        customer_id,
        string_agg(distinct source_instance, ' and ' order by source_instance) as known_to,
    from core.bridge_customer_sources
    where created_at::date <= $cut_off and entity <> 'leads'
    group by customer_id
),

final as (
    select
        purchases.*,
        coalesce(known_to, 'none') as known_to,
        recency_days / nullif(usual_gap_days, 0) as silence_in_gaps,
        recency_days / nullif(longest_gap_days, 0) as silence_in_longest_gaps,
        case when tenure_days >= 730 then ln((1 + amount_365_days) / (1 + amount_before)) end as amount_trend,
        return_count,
        channel_count,
        last_channel,
        contact_recency_days,
        coalesce(contact_count_90_days, 0) as contact_count_90_days,
        coalesce(contact_count_365_days, 0) as contact_count_365_days,
        coalesce(inbound_count_365_days, 0) as inbound_count_365_days,
        case_recency_days,
        coalesce(case_count_365_days, 0) as case_count_365_days,
        coalesce(open_case_count, 0) as open_case_count,
        promotion_recency_days,
        coalesce(promotion_count_365_days, 0) as promotion_count_365_days,
        coalesce(response_count_365_days, 0) as response_count_365_days,
        coalesce(open_deal_count, 0) as open_deal_count,
        deal_recency_days,
        customers.customer_type,
        date_diff('day', customers.first_seen_at::date, $cut_off) as known_days,
    from purchases
    inner join core.dim_customers as customers on purchases.customer_id = customers.customer_id
    left join known on purchases.customer_id = known.customer_id
    left join habits on purchases.customer_id = habits.customer_id
    left join contacts on purchases.customer_id = contacts.customer_id
    left join cases on purchases.customer_id = cases.customer_id
    left join promotions on purchases.customer_id = promotions.customer_id
    left join deals on purchases.customer_id = deals.customer_id
)

select * from final order by customer_id
