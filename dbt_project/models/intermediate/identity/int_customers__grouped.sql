{{ config(materialized='table') }}
-- the records of each customer counted, and a hash of everything its golden values are made of
with

described as (
    select * from {{ ref('int_customers__described') }}
),

heard as (
    select * from {{ ref('int_customers__heard') }}
),

pinned as (
    select * from {{ ref('int_customers__pinned') }}
),

rules as (
    select {{ all_columns_but(['reason']) }} from {{ ref('survivorship_rules') }}
),

fillers as (
    select * from {{ ref('int_placeholders__worded') }}
),

standing as (
    select {{ hash_of_set('standing_hash') }} as standing_hash
    from (
        select {{ hash_of_row('rules') }} as standing_hash from rules
        union all
        select {{ hash_of_row('fillers') }} from fillers
    ) as each_standing
),

own as (
    select customer_id, {{ hash_of_row('heard') }} as own_hash from heard
    union all
    select customer_id, {{ hash_of_row('pinned') }} as own_hash from pinned
),

hashed as (
    select customer_id, {{ hash_of_set('own_hash') }} as own_hash
    from own
    group by customer_id
),

counted as (
    select
        customer_id,
        min(customer_type) as customer_type,
        min(created_at) as first_seen_at,
        max(said_at) as last_seen_at,
        count(*) as record_count,
        count(distinct source_system || '|' || source_instance) as source_count,
        min(case when is_deleted then 1 else 0 end) = 1 as is_deleted
    from described
    group by customer_id
),

final as (
    select
        counted.*,
        -- the id is in it: after a merge the same records are another customer's
        {{ hash_of_all(['counted.customer_id', 'hashed.own_hash', 'standing.standing_hash']) }} as member_hash
    from counted
    inner join hashed on counted.customer_id = hashed.customer_id
    cross join standing
)

select * from final
