{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
-- people and organizations as their sources show them, and, in columns ending in _key, as they are compared
with

unioned as (
    select * from {{ ref('int_customers__unioned') }}
),

name_words as (
    select
        {{ list_where('word', "kind = 'title'") }} as titles,
        {{ list_where('word', "kind = 'degree'") }} as degrees,
        {{ list_where('word', "kind = 'particle'") }} as particles
    from {{ ref('name_words') }}
),

legal_forms as (
    select
        {{ list_where('word', 'true') }} as words,
        {{ list_where('word', 'may_lead') }} as leading_words
    from {{ ref('legal_forms') }}
),

street_words as (
    select {{ map_of(text_key('word'), 'coalesce(' ~ text_key('short') ~ ", '')") }} as map
    from {{ ref('street_words') }}
),

nicknames as (
    select
        {{ text_key('nickname') }} as nickname,
        {{ set_of(text_key('first_name')) }} as first_names
    from {{ ref('nicknames') }}
    group by {{ text_key('nickname') }}
),

countries as (
    select {{ text_key('country_name') }} as country_key, country_code from {{ ref('country_names') }}
    union
    select lower(country_code), country_code from {{ ref('country_names') }}
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

-- a whole name in one field, "Anna Lee" or "Lee, Anna", is taken apart
whole as (
    select
        changed.*,
        {{ without_titles('coalesce(full_name, last_name, first_name)', 'name_words') }} as whole_name
    from changed
    cross join name_words
),

parted as (
    select
        *,
        case
            when customer_type = 'organization' or (first_name is not null and last_name is not null) then null
            when whole_name like '%,%' then nullif(trim({{ split_part('whole_name', "','", 1) }}), '')
            else {{ family_name('whole_name') }}
        end as end_name
    from whole
),

named as (
    select
        *,
        case
            when end_name is null then first_name
            when whole_name like '%,%' then nullif(trim({{ split_part('whole_name', "','", 2) }}), '')
            else nullif(trim(left(whole_name, length(whole_name) - length(end_name))), '')
        end as begin_name
    from parted
),

known as (
    select
        {{ all_columns_but(['first_name', 'last_name', 'full_name', 'whole_name', 'begin_name', 'end_name']) }},
        case when begin_name is not null and end_name is not null then begin_name else first_name end as first_name,
        case when begin_name is not null or coalesce(first_name, last_name) is null then coalesce(end_name, last_name)
            else last_name end as last_name,
        full_name,
        {{ email_address('email') }} as email_address
    from named
),

worded as (
    select
        known.*,
        countries.country_code,
        {{ given_name_words(without_titles('first_name', 'name_words'), 'name_words') }} as first_name_parts,
        {{ family_name_words(without_titles('last_name', 'name_words'), 'name_words') }} as last_name_parts,
        case when customer_type = 'organization' then {{ organization_words('full_name', 'legal_forms') }} end
            as organization_words,
        {{ street_words('street') }} as street_parts,
        {{ phone_in_e164('phone', 'countries.country_code') }} as phone_number,
        {{ phone_in_e164('mobile_phone', 'countries.country_code') }} as mobile_phone_number
    from known
    cross join name_words
    cross join legal_forms
    left join countries on {{ text_key('known.country') }} = countries.country_key
),

final as (
    select
        {{ all_columns_but(['full_name', 'email_address', 'street_parts', 'phone_number', 'mobile_phone_number']) }},
        coalesce(full_name, nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), '')) as full_name,
        nullif({{ joined('first_name_parts') }}, '') as first_name_key,
        {{ element('first_name_parts', 1) }} as given_name_key,
        {{ sorted_set('list_concat(' ~ elements_to('first_name_parts', 1) ~ ', nicknames.first_names)') }} as given_names,
        nullif({{ joined('last_name_parts') }}, '') as last_name_key,
        nullif({{ joined('organization_words') }}, '') as organization_key,
        {{ plausible_birth_date('birth_date', 'loaded_at') }} as birth_date_key,
        {{ email_key('email_address', 'providers') }} as email_key,
        {{ phone_key('phone_number') }} as phone_key,
        {{ phone_key('mobile_phone_number') }} as mobile_phone_key,
        {{ street_key('street_parts', 'street_words') }} as street_key,
        {{ postal_code_key('postal_code', 'country_code') }} as postal_code_key,
        {{ city_key('city') }} as city_key,
        {{ official_id_key('official_id') }} as official_id_key,
        {{ website_domain('website') }} as website_domain
    from worded
    cross join street_words
    left join nicknames on {{ element('worded.first_name_parts', 1) }} = nicknames.nickname
    left join providers on {{ email_domain('worded.email_address') }} = providers.domain
)

select * from final
