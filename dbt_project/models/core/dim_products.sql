{{ config(materialized='view') }}
with

products as (
    select * from {{ ref('int_products__consolidated') }}
),

final as (
    select
        product_id,
        product_name,
        product_code,
        product_family,
        unit_cost_amount,
        cost_currency_code,
        unit_price_amount,
        price_currency_code,
        cast(record_count as integer) as record_count,
        cast(source_count as integer) as source_count,
        is_active,
        is_deleted
    from products
)

select * from final
