{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- sections and notes are no lines
with

logged as (
    select * from {{ source('odoo', 'sale_order_line') }}
    {{ latest_records() }}
),

orders as (
    select * from {{ ref('stg_odoo__orders') }}
),

currencies as (
    select * from {{ ref('base_odoo__currencies') }}
),

final as (
    select
        'odoo' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        cast(logged.order_id as varchar) as order_record_id,
        cast(logged.product_id as varchar) as product_record_id,
        cast(
            row_number() over (
                partition by logged._source, logged.order_id order by logged.sequence, logged.id
            ) as integer
        ) as line_number,
        cast(logged.product_uom_qty as decimal(18, 4)) as quantity,
        cast(logged.price_unit as decimal(18, 4)) as unit_price_amount,
        cast(
            cast(logged.product_uom_qty as decimal(18, 4)) * cast(logged.price_unit as decimal(18, 4))
            - cast(logged.price_subtotal as decimal(18, 2)) as decimal(18, 2)
        ) as discount_amount,
        cast(logged.price_subtotal as decimal(18, 2)) as line_amount,
        coalesce(currencies.currency_code, orders.currency_code) as currency_code,
        logged.create_date as created_at,
        logged.write_date as modified_at,
        {{ record_state() }}
    from logged
    left join orders
        on
            logged._source = orders.source_instance
            and cast(logged.order_id as varchar) = orders.source_record_id
    left join currencies
        on
            logged._source = currencies._source
            and logged.currency_id = currencies.id
    where logged.display_type is null
)

select * from final
