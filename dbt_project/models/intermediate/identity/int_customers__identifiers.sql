-- every value a record can be recognized by, with the name it is used under
with

records as (
    select
        *,
        coalesce(organization_key, last_name_key || '|' || given_name_key) as name_key
    from {{ ref('int_customers__records') }}
),

contact_points as (
    select * from {{ ref('int_contact_points__standardized') }}
    where not is_deleted
),

{% set named = 'record_key, customer_type, name_key, given_name_key, given_names, last_name_key' %}
pointed as (
    select records.*, contact_points.email_key as point_email_key, contact_points.phone_key as point_phone_key
    from contact_points
    inner join records on contact_points.record_key = records.record_key
),

values_used as (
    select {{ named }}, 'email' as key_type, email_key as key_value from records
    union all
    select {{ named }}, 'email', point_email_key from pointed
    union all
    select {{ named }}, 'phone', phone_key from records
    union all
    select {{ named }}, 'phone', mobile_phone_key from records
    union all
    select {{ named }}, 'phone', point_phone_key from pointed
    union all
    select {{ named }}, 'address', street_key || '|' || coalesce(postal_code_key, city_key) from records
    union all
    select {{ named }}, 'official_id', official_id_key from records
),

final as (
    select * from values_used
    where key_value is not null
)

select * from final
