{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('dynamics', 'product') }}
),

currencies as (
    select * from {{ ref('base_dynamics__currencies') }}
),

final as (
    select
        'dynamics' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.name as product_name,
        logged.productnumber as product_code,
        cast(null as varchar) as product_family,
        cast(coalesce(logged.currentcost, logged.standardcost) as decimal(18, 4)) as unit_cost_amount,
        cast(logged.price as decimal(18, 4)) as unit_price_amount,
        currencies.isocurrencycode as currency_code,
        coalesce(logged.statecode = 0, false) as is_active,
        logged.createdon as created_at,
        logged.modifiedon as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join currencies
        on
            logged._source = currencies._source
            and logged._transactioncurrencyid_value = currencies.transactioncurrencyid
)

select * from final
