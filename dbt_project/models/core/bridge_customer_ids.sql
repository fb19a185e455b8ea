{{ config(materialized='view') }}
-- a report that keeps an id of last year joins here and finds the customer of today
with

customers as (
    select * from {{ ref('dim_customers') }}
),

aliases as (
    select * from {{ ref('int_customers__aliases') }}
),

final as (
    select
        customer_id as known_customer_id,
        customer_id,
        false as is_alias
    from customers
    union all
    select
        alias_customer_id,
        customer_id,
        true
    from aliases
)

select * from final
