{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- the line items that are associated with one of the orders
with

logged as (
    select * from {{ source('hubspot', 'line_items') }}
    {{ latest_records() }}
),

linked_records as (
    select * from {{ ref('base_hubspot__linked_records') }}
),

company_currencies as (
    select * from {{ ref('base_hubspot__company_currencies') }}
),

final as (
    select
        'hubspot' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        case when logged._op = 'delete' then parents.last_to_id else parents.to_id end as order_record_id,
        logged.hs_product_id as product_record_id,
        cast(logged.hs_position_on_quote as integer) as line_number,
        cast(logged.quantity as decimal(18, 4)) as quantity,
        cast(logged.price as decimal(18, 4)) as unit_price_amount,
        cast(cast(logged.price as decimal(38, 10)) * cast(logged.quantity as decimal(38, 10)) as decimal(18, 2))
        - cast(logged.amount as decimal(18, 2)) as discount_amount,
        cast(logged.amount as decimal(18, 2)) as line_amount,
        coalesce(logged.hs_line_item_currency_code, company_currencies.currency_code) as currency_code,
        logged.createdate as created_at,
        logged.hs_lastmodifieddate as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    inner join linked_records as parents
        on
            logged._source = parents._source
            and parents.from_object = 'line_items'
            and parents.to_object = 'orders'
            and logged.id = parents.from_id
    left join company_currencies on logged._source = company_currencies._source
)

select * from final
