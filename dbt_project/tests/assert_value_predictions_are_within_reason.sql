-- probabilities from 0 to 1, expectations that grow with time, ranges that do not end before they begin
select *
from {{ ref('customer_value') }}
where
    not coalesce(alive_rate between 0 and 1, true)
    or not coalesce(expected_purchase_count_30_days >= 0, true)
    or not coalesce(expected_purchase_count_30_days <= expected_purchase_count_90_days, true)
    or not coalesce(expected_purchase_count_90_days <= expected_purchase_count_365_days, true)
    or not coalesce(expected_revenue_low_amount_365_days between 0 and expected_revenue_high_amount_365_days, true)
    or not coalesce(lifetime_value_low_amount between 0 and lifetime_value_high_amount, true)
    or lifetime_value_amount < 0
