{{ config(materialized='table') }}
-- the records as they are compared: one form for each value, and nothing where a value says nothing
with

records as (
    select * from {{ ref('int_customers__records') }}
),

contact_points as (
    select * from {{ ref('int_contact_points__standardized') }}
    where not is_deleted
),

placeholders as (
    select * from {{ ref('int_customers__placeholders') }}
),

shared_emails as (
    select key_value from {{ ref('int_customers__shared_values') }}
    where is_shared_by_people
),

public_domains as (
    select domain from {{ ref('public_domains') }}
),

pointed as (
    select
        contact_points.record_key,
        records.customer_type,
        contact_points.email_key,
        contact_points.phone_key
    from contact_points
    inner join records on contact_points.record_key = records.record_key
),

usable_points as (
    select
        record_key,
        {{ email_domain('email_key') }} as domain,
        {{ told_email('email_key') }} as email,
        {{ told_phone('phone_key') }} as phone
    from pointed
),

points as (
    select
        record_key,
        {{ set_of('email') }} as emails,
        {{ set_of('phone') }} as phones,
        {{ set_of('domain') }} as domains,
        max(case when email in (select key_value from shared_emails) then 1 else 0 end) = 1 as is_email_shared
    from usable_points
    group by record_key
),

located as (
    select
        *,
        street_key || '|' || coalesce(postal_code_key, city_key) as address_key,
        {{ email_domain('email_key') }} as email_domain
    from records
),

usable as (
    select
        record_key,
        customer_type,
        {{ told('first_name_key', 'name') }} as first_name,
        given_names,
        {{ told('last_name_key', 'name') }} as last_name,
        last_name_parts,
        case when {{ is_placeholder('cast(birth_date_key as varchar)', 'birth_date') }} then null else birth_date_key end
            as birth_date,
        {{ told_email('email_key') }} as email,
        {{ told_phone('phone_key') }} as phone,
        {{ told_phone('mobile_phone_key') }} as mobile_phone,
        case
            when {{ is_placeholder('street_key', 'street') }} then null
            when {{ is_placeholder('address_key', 'address') }} then null
            else street_key
        end as street,
        {{ told('postal_code_key', 'postal_code') }} as postal_code,
        {{ told('city_key', 'city') }} as city,
        country_code as country,
        {{ told('official_id_key', 'official_id') }} as official_id,
        {{ told('organization_key', 'name') }} as organization_name,
        organization_words,
        case when email_domain not in (select domain from public_domains) then email_domain end as email_domain,
        case when website_domain not in (select domain from public_domains) then website_domain end as website_domain
    from located
),

final as (
    select
        usable.record_key,
        usable.customer_type,
        case when usable.customer_type = 'person' then usable.first_name end as first_name,
        case when usable.customer_type = 'person' and usable.first_name is not null then usable.given_names end
            as given_names,
        case when usable.customer_type = 'person' then usable.last_name end as last_name,
        case when usable.customer_type = 'person' and usable.last_name is not null then usable.last_name_parts end
            as last_name_parts,
        usable.birth_date,
        {{ sorted_set(both_lists(list_of(['usable.email']), 'points.emails')) }} as emails,
        coalesce(usable.email in (select key_value from shared_emails), false)
        or coalesce(points.is_email_shared, false) as is_email_shared,
        {{ email_mailbox('usable.email') }} as mailbox,
        {{ sorted_set(both_lists(list_of(['usable.phone', 'usable.mobile_phone']), 'points.phones')) }} as phones,
        usable.street,
        usable.postal_code,
        usable.city,
        usable.country,
        usable.official_id,
        usable.organization_name,
        case when usable.organization_name is not null then usable.organization_words end as organization_words,
        {{ sorted_set(both_lists(list_of(['usable.email_domain', 'usable.website_domain']), 'points.domains')) }}
            as domains
    from usable
    left join points on usable.record_key = points.record_key
)

select * from final
