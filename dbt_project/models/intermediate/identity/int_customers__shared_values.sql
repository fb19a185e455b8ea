{{ config(materialized='table') }}
-- values used under several names, or by more records than one customer has
{% set value_hash = hash_of('customer_type, key_type, key_value') %}
with

-- most values are used under one name by few records: hashes leave them out in one pass
suspects as (
    select {{ value_hash }} as value_hash
    from {{ ref('int_customers__identifiers') }}
    group by {{ value_hash }}
    having
        count(*) > {{ var('max_names_per_key') }}
        or min(case when key_type = 'email' then {{ hash_of('given_name') }} end)
        <> max(case when key_type = 'email' then {{ hash_of('given_name') }} end)
),

used as (
    select *
    from {{ ref('int_customers__identifiers') }}
    where {{ value_hash }} in (select value_hash from suspects)
),

counted as (
    select
        customer_type,
        key_type,
        key_value,
        count(distinct record_key) as record_count,
        count(distinct used_name) as name_count
    from used
    group by customer_type, key_type, key_value
),

people as (
    select distinct key_value, given_name, given_names, last_name
    from used
    where key_type = 'email' and customer_type = 'person' and given_name is not null
),

-- a nickname, an initial, a slip of the pen or swapped names are no other person
families as (
    select distinct people.key_value
    from people
    inner join people as others
        on
            people.key_value = others.key_value
            and people.given_name < others.given_name
    where
        not {{ have_common_element('people.given_names', 'others.given_names') }}
        and not coalesce(people.given_name = others.last_name, false)
        and not coalesce(others.given_name = people.last_name, false)
        and not {{ is_same_given_name('people.given_name', 'others.given_name') }}
),

final as (
    select
        counted.*,
        -- a house has more families than a mailbox has names, and a company may have any number of records
        counted.name_count > case when counted.key_type = 'address'
            then {{ var('max_records_per_key') }} else {{ var('max_names_per_key') }} end
        or (counted.record_count > {{ var('max_records_per_key') }} and counted.key_type not in ('address', 'domain'))
            as is_implausible,
        counted.customer_type = 'person' and counted.key_type = 'email' and families.key_value is not null
            as is_shared_by_people
    from counted
    left join families on counted.key_value = families.key_value
)

select * from final
