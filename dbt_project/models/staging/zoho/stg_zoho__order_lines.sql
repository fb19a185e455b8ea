{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- an amount is after the discount of the line and before tax
with

logged as (
    select * from {{ source('zoho', 'ordered_items') }}
    {{ latest_records() }}
),

orders as (
    select * from {{ source('zoho', 'sales_orders') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

home_currencies as (
    select * from {{ ref('base_zoho__home_currencies') }}
),

final as (
    select
        'zoho' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.Parent_Id as order_record_id,
        logged.Product_Name as product_record_id,
        logged.Sequence_Number as line_number,
        cast(logged.Quantity as decimal(18, 4)) as quantity,
        cast(logged.List_Price as decimal(18, 4)) as unit_price_amount,
        cast(logged.Discount as decimal(18, 2)) as discount_amount,
        cast(
            coalesce(logged.Total, logged.Quantity * logged.List_Price) - coalesce(logged.Discount, 0) as decimal(18, 2)
        ) as line_amount,
        coalesce(orders.Currency, home_currencies.iso_code) as currency_code,
        logged.Created_Time as created_at,
        logged.Modified_Time as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join orders
        on
            logged._source = orders._source
            and logged.Parent_Id = orders._record_id
    left join home_currencies on logged._source = home_currencies._source
)

select * from final
