{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='contact_point_key') }}
-- e-mail addresses and phone numbers listed beside accounts and contacts, in the form in which they are compared
with

contact_points as (
    select
        {{ record_id() }} as contact_point_key,
        source_system || '|' || source_instance || '|'
        || case when contact_record_id is null then 'accounts' else 'contacts' end || '|'
        || coalesce(contact_record_id, account_record_id) as record_key,
        contact_point_type,
        contact_point_value,
        is_deleted,
        loaded_at
    from {{ ref('int_contact_points__unioned') }}
),

records as (
    select record_key, customer_type, country_code from {{ ref('int_customers__records') }}
),

providers as (
    select * from {{ ref('public_domains') }}
),

placeholders as (
    select * from {{ ref('int_placeholders__listed') }}
),

placed as (
    select contact_points.*, records.customer_type, records.country_code
    from contact_points
    left join records on contact_points.record_key = records.record_key
),

-- a contact point is as it was built while its log row and what its record says are
changed as (
    select placed.*
    from placed
    {{ join_changed('placed', 'contact_point_key', ['loaded_at', 'record_key', 'customer_type', 'country_code']) }}
),

spelled as (
    select
        *,
        case when contact_point_type = 'email' then {{ email_address('contact_point_value') }} end as email_address,
        case when contact_point_type = 'phone' then {{ phone_in_e164('contact_point_value', 'country_code') }} end
            as phone_key
    from changed
),

keyed as (
    select
        spelled.*,
        {{ email_key('email_address', 'providers') }} as email_key
    from spelled
    left join providers on {{ email_domain('spelled.email_address') }} = providers.domain
),

final as (
    select
        contact_point_key,
        record_key,
        customer_type,
        country_code,
        is_deleted,
        loaded_at,
        {{ told(email_domain('email_key'), 'email', 'domain') }} as email_domain,
        {{ told_email('email_key') }} as email,
        {{ told_phone('phone_key') }} as phone
    from keyed
)

select * from final
