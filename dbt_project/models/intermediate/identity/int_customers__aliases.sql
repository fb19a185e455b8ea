{{ config(materialized='table') }}
-- every id ever handed out that is another customer's today, with the id that answers for it
with recursive

merged as (
    select
        customer_id as alias_customer_id,
        other_customer_id as customer_id
    from {{ ref('base_identity__events') }}
    where event_type = 'merged'
),

chains as (
    select alias_customer_id, customer_id, 1 as merge_count
    from merged
    union all
    select chains.alias_customer_id, merged.customer_id, chains.merge_count + 1
    from chains
    inner join merged on chains.customer_id = merged.alias_customer_id
    where chains.merge_count < 50
),

final as (
    select
        alias_customer_id,
        max_by(customer_id, merge_count) as customer_id
    from chains
    group by alias_customer_id
)

select * from final
