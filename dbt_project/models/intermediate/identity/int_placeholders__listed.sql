-- the listed placeholders of each kind of customer
with

placeholders as (
    select * from {{ ref('placeholder_values') }}
),

customer_types as (
    select 'person' as customer_type
    union all
    select 'organization'
),

final as (
    select distinct
        customer_types.customer_type,
        placeholders.key_type,
        placeholders.match_on,
        placeholders.key_value
    from placeholders
    inner join customer_types on placeholders.applies_to in (customer_types.customer_type, 'both')
)

select * from final
