{{ config(materialized='table') }}
-- one row per product: each value from the best record that has it
with

records as (
    select * from {{ ref('int_products__resolved') }}
),

final as (
    select
        product_id,
        min_by(product_name, survivorship_rank) filter (where product_name is not null) as product_name,
        min_by(product_code, survivorship_rank) filter (where product_code is not null) as product_code,
        min_by(product_family, survivorship_rank) filter (where product_family is not null) as product_family,
        min_by(unit_cost_amount, survivorship_rank) filter (where unit_cost_amount is not null) as unit_cost_amount,
        min_by(currency_code, survivorship_rank) filter (where unit_cost_amount is not null) as cost_currency_code,
        min_by(unit_price_amount, survivorship_rank) filter (where unit_price_amount is not null) as unit_price_amount,
        min_by(currency_code, survivorship_rank) filter (where unit_price_amount is not null) as price_currency_code,
        max(case when is_active and not is_deleted then 1 else 0 end) = 1 as is_active,
        min(case when is_deleted then 1 else 0 end) = 1 as is_deleted,
        count(*) as record_count,
        count(distinct source_instance) as source_count
    from records
    group by product_id
)

select * from final
