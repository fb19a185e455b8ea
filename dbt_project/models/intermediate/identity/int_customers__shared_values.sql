{{ config(materialized='table') }}
-- values used under several names, or by more records than one customer has
with

identifiers as (
    select * from {{ ref('int_customers__identifiers') }}
),

-- most values are used under one name by few records: they are left out in one pass
suspects as (
    select customer_type, key_type, key_value
    from identifiers
    group by customer_type, key_type, key_value
    having
        count(*) > {{ var('max_names_per_key') }}
        or (key_type = 'email' and min(given_name_key) <> max(given_name_key))
),

used as (
    select identifiers.*
    from identifiers
    inner join suspects
        on
            identifiers.customer_type = suspects.customer_type
            and identifiers.key_type = suspects.key_type
            and identifiers.key_value = suspects.key_value
),

counted as (
    select
        customer_type,
        key_type,
        key_value,
        count(distinct record_key) as record_count,
        count(distinct name_key) as name_count
    from used
    group by customer_type, key_type, key_value
),

people as (
    select distinct key_value, given_name_key, given_names, last_name_key
    from used
    where key_type = 'email' and customer_type = 'person' and given_names is not null
),

-- a nickname, an initial, a slip of the pen or swapped names are no other person
families as (
    select distinct people.key_value
    from people
    inner join people as others
        on
            people.key_value = others.key_value
            and people.given_name_key < others.given_name_key
    where
        not {{ have_common_element('people.given_names', 'others.given_names') }}
        and not coalesce(people.given_name_key = others.last_name_key, false)
        and not coalesce(others.given_name_key = people.last_name_key, false)
        and not {{ is_same_given_name('people.given_name_key', 'others.given_name_key') }}
),

final as (
    select
        counted.*,
        counted.name_count > case when counted.key_type = 'address'
            then {{ var('max_records_per_key') }} else {{ var('max_names_per_key') }} end
        or (counted.record_count > {{ var('max_records_per_key') }} and counted.key_type <> 'address')
            as is_implausible,
        counted.customer_type = 'person' and counted.key_type = 'email' and families.key_value is not null
            as is_shared_by_people
    from counted
    left join families on counted.key_value = families.key_value
)

select * from final
