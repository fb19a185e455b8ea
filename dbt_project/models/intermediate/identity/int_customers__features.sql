{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
-- the records as they are compared: one form for each value, and nothing where a value says nothing
with

records as (
    select
        *,
        street || '|' || coalesce(postal_code, city) as address
    from {{ ref('int_customers__standardized') }}
),

contact_points as (
    select * from {{ ref('int_contact_points__standardized') }}
    where not is_deleted and (email is not null or phone is not null)
),

placed as (
    select * from {{ ref('int_phone_numbers__placed') }}
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

usable_points as (
    select
        contact_points.record_key,
        {{ told('contact_points.email', 'email') }} as email,
        {{ told('coalesce(placed.phone, contact_points.phone)', 'phone') }} as phone,
        {{ told_domain('contact_points.email_domain') }} as own_domain
    from contact_points
    left join placed on contact_points.phone = placed.national_number
),

points as (
    select
        record_key,
        {{ set_of('email') }} as emails,
        {{ set_of('phone') }} as phones,
        {{ set_of('own_domain') }} as domains,
        max(case when email in (select key_value from shared_emails) then 1 else 0 end) = 1 as is_email_shared
    from usable_points
    group by record_key
),

located as (
    select
        {{ all_columns_but(['phone', 'mobile_phone'], 'records') }},
        coalesce(placed.phone, records.phone) as phone,
        coalesce(placed_mobiles.phone, records.mobile_phone) as mobile_phone
    from records
    left join placed on records.phone = placed.national_number
    left join placed as placed_mobiles on records.mobile_phone = placed_mobiles.national_number
),

usable as (
    select
        {{ all_columns_but(['first_name', 'last_name', 'birth_date', 'email', 'phone', 'mobile_phone', 'official_id',
            'organization_name', 'email_domain', 'website_domain']) }},
        {{ told('first_name', 'name') }} as first_name,
        {{ told('last_name', 'name') }} as last_name,
        {{ told('organization_name', 'name') }} as organization_name,
        {{ told('email', 'email') }} as email,
        {{ told('phone', 'phone') }} as phone,
        {{ told('mobile_phone', 'phone') }} as mobile_phone,
        {{ told('official_id', 'official_id') }} as official_id,
        {{ is_placeholder('address', 'address') }} as is_placeholder_address,
        {{ told_domain('email_domain') }} as email_domain,
        {{ told_domain('website_domain') }} as website_domain
    from located
),

-- most records have no contact points, and sorting lists is dear
compared as (
    select
        usable.record_key,
        usable.customer_type,
        usable.first_name,
        case when usable.first_name is not null then usable.given_names end as given_names,
        usable.last_name,
        case when usable.last_name is not null then usable.last_name_parts end as last_name_parts,
        usable.told_birth_date as birth_date,
        {{ with_points('usable.email', 'usable.email', 'points.emails') }} as emails,
        coalesce(usable.email in (select key_value from shared_emails), false)
        or coalesce(points.is_email_shared, false) as is_email_shared,
        {{ email_mailbox('usable.email') }} as mailbox,
        {{ with_points('usable.phone', 'usable.mobile_phone', 'points.phones') }} as phones,
        case when not coalesce(usable.is_placeholder_address, false) then usable.street end as street,
        usable.postal_code,
        usable.city,
        usable.country,
        usable.official_id,
        usable.organization_name,
        case when usable.organization_name is not null then usable.organization_words end as organization_words,
        {{ with_points('usable.email_domain', 'usable.website_domain', 'points.domains') }} as domains
    from usable
    left join points on usable.record_key = points.record_key
),

hashed as (
    select
        *,
        {{ hash_of(
            'customer_type, first_name, given_names, last_name, last_name_parts, birth_date, emails, is_email_shared,'
            ~ ' mailbox, phones, street, postal_code, city, country, official_id, organization_name, organization_words,'
            ~ ' domains'
        ) }} as row_hash
    from compared
),

-- other records may change what is said of one; what they left as it was is not written again
final as (
    select hashed.*
    from hashed
    {{ join_changed('hashed', 'record_key', ['row_hash']) }}
)

select * from final
