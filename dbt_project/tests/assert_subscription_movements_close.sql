-- opening and moves make the closing of every month, in money and in subscribers, and the next month opens with it
with

months as (
    select
        *,
        lead(opening_mrr_amount) over (order by month_start_date) as next_mrr_amount,
        lead(opening_subscriber_count) over (order by month_start_date) as next_subscriber_count
    from {{ ref('subscription_movements') }}
)

select *
from months
where
    opening_mrr_amount + new_mrr_amount + expanded_mrr_amount - contracted_mrr_amount - churned_mrr_amount
    + reactivated_mrr_amount != closing_mrr_amount
    or opening_subscriber_count + new_subscriber_count - churned_subscriber_count + reactivated_subscriber_count
    != closing_subscriber_count
    or next_mrr_amount != closing_mrr_amount
    or next_subscriber_count != closing_subscriber_count
