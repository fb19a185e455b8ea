{{ config(materialized='table') }}
-- values that say nothing about who somebody is: known ones, those stewards named, and those that too many share
with

listed as (
    select key_type, match_on, key_value, applies_to, 'listed' as origin from {{ ref('placeholder_values') }}
),

decisions as (
    select
        case when attribute = 'mobile_phone' then 'phone' when attribute like '%name' then 'name' else attribute end
            as key_type,
        value,
        {{ email_address('value') }} as email_address
    from {{ ref('base_identity__decisions') }}
    where kind = 'placeholder_value' and status = 'active'
),

providers as (
    select * from {{ ref('public_domains') }}
),

decided as (
    select
        decisions.key_type,
        case when decisions.key_type = 'phone' and {{ phone_in_e164('decisions.value', 'null') }} not like '+%'
            then 'national' else 'value' end as match_on,
        case decisions.key_type
            when 'email' then {{ email_key('decisions.email_address', 'providers') }}
            when 'phone' then {{ phone_in_e164('decisions.value', 'null') }}
            when 'official_id' then upper({{ replace_all('decisions.value', '[^\\p{L}\\p{N}]+') }})
            when 'birth_date' then decisions.value
            else {{ text_key('decisions.value') }}
        end as key_value,
        'both' as applies_to,
        'decided' as origin
    from decisions
    left join providers on {{ email_domain('decisions.email_address') }} = providers.domain
),

shared as (
    select key_type, 'value' as match_on, key_value, customer_type as applies_to, 'shared' as origin
    from {{ ref('int_customers__shared_values') }}
    where is_implausible
),

placeholders as (
    select * from listed
    union all
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
        placeholders.match_on,
        placeholders.key_value,
        min(placeholders.origin) as origin
    from placeholders
    inner join customer_types on placeholders.applies_to in (customer_types.customer_type, 'both')
    where placeholders.key_value is not null
    group by
        customer_types.customer_type, placeholders.key_type, placeholders.match_on, placeholders.key_value
)

select * from final
