-- every value a record can be recognized by, with the name it is used under
with

records as (
    select
        *,
        street || '|' || coalesce(postal_code, city) as address,
        coalesce(organization_name, last_name || '|' || given_name) as used_name
    from {{ ref('int_customers__standardized') }}
),

contact_points as (
    select * from {{ ref('int_contact_points__standardized') }}
    where not is_deleted
),

placed as (
    select * from {{ ref('int_phone_numbers__placed') }}
),

public_domains as (
    select domain from {{ ref('public_domains') }}
),

pointed as (
    select
        {{ all_columns_but(['email', 'phone', 'email_domain', 'loaded_at'], 'records') }},
        contact_points.email,
        contact_points.phone,
        contact_points.email_domain
    from contact_points
    inner join records on contact_points.record_key = records.record_key
),

{% set named = 'record_key, customer_type, used_name, given_name, given_names, last_name' %}
used as (
    select {{ named }}, 'email' as key_type, email as key_value from records
    union all
    select {{ named }}, 'email', email from pointed
    union all
    select {{ named }}, 'phone', phone from records
    union all
    select {{ named }}, 'phone', mobile_phone from records
    union all
    select {{ named }}, 'phone', phone from pointed
    union all
    select {{ named }}, 'address', address from records
    union all
    select {{ named }}, 'official_id', official_id from records
    union all
    select {{ named }}, 'domain', website_domain from records
    where customer_type = 'organization'
    union all
    select {{ named }}, 'domain', email_domain from records
    where customer_type = 'organization'
    union all
    select {{ named }}, 'domain', email_domain from pointed
    where customer_type = 'organization'
),

final as (
    select
        used.record_key,
        used.customer_type,
        used.used_name,
        used.given_name,
        used.given_names,
        used.last_name,
        used.key_type,
        coalesce(placed.phone, used.key_value) as key_value
    from used
    left join placed
        on
            used.key_type = 'phone'
            and used.key_value = placed.national_number
    where
        used.key_value is not null
        and not (used.key_type = 'domain' and used.key_value in (select domain from public_domains))
)

select * from final
