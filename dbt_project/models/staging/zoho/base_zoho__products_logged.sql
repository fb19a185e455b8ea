{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('zoho', 'products') }}
),

home_currencies as (
    select * from {{ ref('base_zoho__home_currencies') }}
),

final as (
    select
        'zoho' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.Product_Name as product_name,
        logged.Product_Code as product_code,
        logged.Product_Category as product_family,
        cast(null as decimal(18, 4)) as unit_cost_amount,
        cast(logged.Unit_Price as decimal(18, 4)) as unit_price_amount,
        coalesce(logged.Currency, home_currencies.iso_code) as currency_code,
        coalesce(logged.Product_Active, false) as is_active,
        logged.Created_Time as created_at,
        logged.Modified_Time as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join home_currencies on logged._source = home_currencies._source
)

select * from final
