{{ config(materialized='view') }}
-- one table holds leads and deals; a lead that is converted becomes the deal, and stays the lead it was
with

logged as (
    select
        *,
        coalesce(type = 'lead', false) or date_conversion is not null as is_lead,
        coalesce(type, 'opportunity') <> 'lead' as is_opportunity,
        case
            when won_status is not null then won_status = 'lost'
            else active is false and coalesce(probability, 0) = 0
        end as is_lost
    from {{ source('odoo', 'crm_lead') }}
),

final as (
    select
        *,
        {{ odoo_ever('is_lead') }} as was_lead,
        {{ odoo_ever('is_opportunity') }} as was_opportunity
    from logged
)

select * from final
