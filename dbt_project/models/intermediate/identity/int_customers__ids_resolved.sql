{{ config(materialized='table') }}
-- which customer answers for each id on each day: through as many merges as there were by then
with recursive

periods as (
    select
        known_customer_id,
        heir_customer_id,
        valid_from,
        coalesce(valid_to, cast('9999-12-31' as date)) as valid_to
    from {{ ref('int_customers__id_periods') }}
),

merged as (
    select * from periods
    where known_customer_id <> heir_customer_id
),

own as (
    select * from periods
    where known_customer_id = heir_customer_id
),

chains as (
    select known_customer_id, heir_customer_id, valid_from, valid_to, 1 as merge_count
    from merged
    union all
    select
        chains.known_customer_id,
        merged.heir_customer_id,
        greatest(chains.valid_from, merged.valid_from),
        least(chains.valid_to, merged.valid_to),
        chains.merge_count + 1
    from chains
    inner join merged
        on
            chains.heir_customer_id = merged.known_customer_id
            and chains.valid_from < merged.valid_to
            and chains.valid_to > merged.valid_from
    where chains.merge_count < 50
),

answered as (
    select known_customer_id, heir_customer_id as customer_id, valid_from, valid_to
    from own
    union all
    select
        chains.known_customer_id,
        own.heir_customer_id,
        greatest(chains.valid_from, own.valid_from),
        least(chains.valid_to, own.valid_to)
    from chains
    inner join own
        on
            chains.heir_customer_id = own.known_customer_id
            and chains.valid_from < own.valid_to
            and chains.valid_to > own.valid_from
),

final as (
    select
        known_customer_id,
        customer_id,
        valid_from,
        nullif(valid_to, cast('9999-12-31' as date)) as valid_to
    from answered
)

select * from final
