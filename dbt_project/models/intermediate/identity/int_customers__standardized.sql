{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
-- the records in the forms in which they are compared, as far as each record alone says
with

records as (
    select * from {{ ref('int_customers__records') }}
),

spellings as (
    select * from {{ ref('int_spellings__collected') }}
),

nicknames as (
    select * from {{ ref('int_given_names__related') }}
),

placeholders as (
    select * from {{ ref('int_placeholders__listed') }}
),

-- a record is as it was built while its log row and its date of birth are
changed as (
    select records.*
    from records
    {{ join_changed('records', 'record_key', ['loaded_at', 'birth_date']) }}
),

bare as (
    select
        changed.*,
        case when customer_type = 'person' then {{ without_titles('first_name', 'spellings') }} end as bare_first_name,
        case when customer_type = 'person' then {{ without_titles('last_name', 'spellings') }} end as bare_last_name,
        {{ street_without_unit('street') }} as bare_street
    from changed
    cross join spellings
),

texts as (
    select
        *,
        {{ spaced('bare_first_name') }} as first_text,
        {{ spaced('bare_last_name') }} as last_text,
        case when customer_type = 'organization' then {{ organization_text('full_name') }} end as organization_text,
        {{ street_text('bare_street') }} as street_text
    from bare
),

listed as (
    select
        *,
        {{ words_of('first_text') }} as first_words,
        {{ words_of('last_text') }} as last_words,
        {{ words_of('organization_text') }} as organization_all,
        {{ words_of('street_text') }} as street_all
    from texts
),

worded as (
    select
        listed.*,
        {{ given_name_parts('first_words', 'spellings') }} as first_name_parts,
        {{ family_name_parts('last_words', 'spellings') }} as last_name_parts,
        {{ organization_parts('organization_all', 'spellings') }} as organization_words,
        {{ spelled_by('street_all', 'spellings.street_spellings') }} as street_words
    from listed
    cross join spellings
),

keyed as (
    select
        worded.record_key,
        worded.customer_type,
        worded.loaded_at,
        worded.birth_date,
        worded.country_code as country,
        worded.last_name_parts,
        worded.organization_words,
        worded.email_key,
        worded.phone_key,
        worded.mobile_phone_key,
        nullif({{ joined('first_name_parts') }}, '') as first_name_key,
        {{ sorted_set(both_lists(elements_to('first_name_parts', 1), 'nicknames.first_names')) }} as given_names,
        {{ element('first_name_parts', 1) }} as given_name,
        nullif({{ joined('last_name_parts') }}, '') as last_name_key,
        nullif({{ joined('organization_words') }}, '') as organization_key,
        {{ plausible_birth_date('birth_date', 'loaded_at') }} as birth_date_key,
        {{ street_key('street_words') }} as street_key,
        {{ postal_code_key('postal_code', 'country_code') }} as postal_code_key,
        {{ city_key('city') }} as city_key,
        {{ official_id_key('official_id') }} as official_id_key,
        {{ website_domain('website') }} as website_domain
    from worded
    left join nicknames on {{ element('worded.first_name_parts', 1) }} = nicknames.nickname
),

-- values that say nothing are left out
final as (
    select
        record_key,
        customer_type,
        loaded_at,
        birth_date,
        country,
        website_domain,
        {{ told(email_domain('email_key'), 'email', 'domain') }} as email_domain,
        {{ told_email('email_key') }} as email,
        {{ told_phone('phone_key') }} as phone,
        {{ told_phone('mobile_phone_key') }} as mobile_phone,
        {{ told('first_name_key', 'name', 'value') }} as first_name,
        given_names,
        given_name,
        {{ told('last_name_key', 'name', 'value') }} as last_name,
        last_name_parts,
        {{ told('organization_key', 'name', 'value') }} as organization_name,
        organization_words,
        {{ told('cast(birth_date_key as varchar)', 'birth_date', 'value', 'birth_date_key') }} as told_birth_date,
        {{ told('street_key', 'street', 'value') }} as street,
        {{ told('postal_code_key', 'postal_code', 'value') }} as postal_code,
        {{ told('city_key', 'city', 'value') }} as city,
        {{ told('official_id_key', 'official_id', 'value') }} as official_id
    from keyed
)

select * from final
