{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
-- people and organizations as their sources show them, whole names taken apart
with

unioned as (
    select * from {{ ref('int_customers__unioned') }}
),

spellings as (
    select * from {{ ref('int_spellings__collected') }}
),

countries as (
    select * from {{ ref('int_countries__named') }}
),

providers as (
    select * from {{ ref('public_domains') }}
),

-- a record is as it was built while its log row and its date of birth are
changed as (
    select unioned.*
    from unioned
    {{ join_changed('unioned', 'record_key', ['loaded_at', 'birth_date']) }}
),

-- "Anna Lee" or "Lee, Anna" in one field
whole as (
    select
        changed.*,
        case
            when customer_type = 'person' and (first_name is null or last_name is null)
                then {{ without_titles('coalesce(full_name, last_name, first_name)', 'spellings') }}
        end as whole_name
    from changed
    cross join spellings
),

parted as (
    select
        *,
        {{ given_part('whole_name') }} as given_part,
        {{ family_part('whole_name') }} as family_part,
        {{ country_key('country') }} as country_key,
        {{ email_address('email') }} as email_address
    from whole
),

named as (
    select
        {{ all_columns_but(['first_name', 'last_name', 'full_name', 'whole_name', 'given_part', 'family_part']) }},
        full_name,
        coalesce(given_part, first_name) as first_name,
        case
            when given_part is not null or coalesce(first_name, last_name) is null then coalesce(family_part, last_name)
            else last_name
        end as last_name
    from parted
),

final as (
    select
        {{ all_columns_but(['full_name', 'country_key', 'email_address'], 'named') }},
        coalesce(full_name, nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), '')) as full_name,
        countries.country_code,
        {{ email_key('email_address', 'providers') }} as email_key,
        {{ phone_in_e164('phone', 'countries.country_code') }} as phone_key,
        {{ phone_in_e164('mobile_phone', 'countries.country_code') }} as mobile_phone_key
    from named
    left join countries on named.country_key = countries.country_key
    left join providers on {{ email_domain('named.email_address') }} = providers.domain
)

select * from final
