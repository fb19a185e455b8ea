-- subscriptions with the customer they belong to: the account's, else the contact's, after following merges
with

subscriptions as (
    select * from {{ ref('int_subscriptions__unioned') }}
),

{{ follow_to_customers('subscriptions') }}

select * from final
