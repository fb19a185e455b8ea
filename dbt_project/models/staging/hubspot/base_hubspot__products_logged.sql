{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('hubspot', 'products') }}
),

company_currencies as (
    select * from {{ ref('base_hubspot__company_currencies') }}
),

final as (
    select
        'hubspot' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.name as product_name,
        logged.hs_sku as product_code,
        logged.hs_product_type as product_family,
        cast(logged.hs_cost_of_goods_sold as decimal(18, 4)) as unit_cost_amount,
        cast(logged.price as decimal(18, 4)) as unit_price_amount,
        company_currencies.currency_code,
        logged._op <> 'delete' as is_active,
        logged.createdate as created_at,
        logged.hs_lastmodifieddate as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join company_currencies on logged._source = company_currencies._source
)

select * from final
