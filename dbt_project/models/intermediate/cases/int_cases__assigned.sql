-- service cases with the customer they belong to: the account's, else the contact's, after following merges
with

cases as (
    select
        *,
        {{ reporting_date('opened_at') }} as opened_date
    from {{ ref('int_cases__unioned') }}
),

{{ follow_to_customers('cases') }}

select * from final
