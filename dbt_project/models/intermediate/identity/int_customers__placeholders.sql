{{ config(materialized='table') }}
-- values that stewards or the data themselves show to say nothing about who somebody is
with

decisions as (
    select
        case when attribute = 'mobile_phone' then 'phone' when attribute like '%name' then 'name' else attribute end
            as key_type,
        value,
        {{ email_address('value') }} as email_address,
        case when attribute like '%phone' then {{ phone_in_e164('value', 'null') }} end as phone
    from {{ ref('base_identity__decisions') }}
    where kind = 'placeholder_value' and status = 'active'
),

providers as (
    select * from {{ ref('public_domains') }}
),

-- a number written without its country is meant in every country
phones as (
    select
        decisions.phone,
        identifiers.key_value
    from decisions
    inner join {{ ref('int_customers__identifiers') }} as identifiers
        on
            decisions.phone = {{ national_digits('identifiers.key_value') }}
            and identifiers.key_type = 'phone'
    where decisions.phone not like '+%'
),

decided as (
    select
        decisions.key_type,
        case decisions.key_type
            when 'email' then {{ email_key('decisions.email_address', 'providers') }}
            when 'phone' then coalesce(phones.key_value, decisions.phone)
            when 'official_id' then {{ official_id_key('decisions.value') }}
            when 'birth_date' then decisions.value
            else {{ text_key('decisions.value') }}
        end as key_value,
        'both' as applies_to,
        'decided' as origin
    from decisions
    left join providers on {{ email_domain('decisions.email_address') }} = providers.domain
    left join phones on decisions.phone = phones.phone
),

shared as (
    select key_type, key_value, customer_type as applies_to, 'shared' as origin
    from {{ ref('int_customers__shared_values') }}
    where is_implausible
),

placeholders as (
    select * from decided
    union all
    select * from shared
),

customer_types as (
    select 'person' as customer_type
    union all
    select 'organization'
),

final as (
    select
        customer_types.customer_type,
        placeholders.key_type,
        placeholders.key_value,
        min(placeholders.origin) as origin
    from placeholders
    inner join customer_types on placeholders.applies_to in (customer_types.customer_type, 'both')
    where placeholders.key_value is not null
    group by customer_types.customer_type, placeholders.key_type, placeholders.key_value
)

select * from final
