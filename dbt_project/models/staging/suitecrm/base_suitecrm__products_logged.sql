{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('suitecrm', 'aos_products') }}
),

categories as (
    select
        _source as source_instance,
        _record_id as category_id,
        {{ decoded('name') }} as category_name
    from {{ source('suitecrm', 'aos_product_categories') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

currencies as (
    select * from {{ ref('base_suitecrm__currencies') }}
),

told as (
    select
        {{ record_keys('suitecrm') }},
        coalesce(nullif(currency_id, ''), '-99') as currency_id,
        aos_product_category_id as category_id,
        {{ decoded('category') }} as category_name,
        {{ decoded('name') }} as product_name,
        {{ decoded('part_number') }} as product_code,
        cast(cost as decimal(18, 4)) as unit_cost_amount,
        cast(price as decimal(18, 4)) as unit_price_amount,
        _op <> 'delete' as is_active,
        date_entered as created_at,
        date_modified as modified_at,
        {{ record_state() }}
    from logged
),

final as (
    select
        {{ all_columns_but(['currency_id', 'category_id', 'category_name'], 'told') }},
        coalesce(categories.category_name, told.category_name) as product_family,
        currencies.currency_code
    from told
    left join categories
        on
            told.source_instance = categories.source_instance
            and told.category_id = categories.category_id
    left join currencies
        on
            told.source_instance = currencies.source_instance
            and told.currency_id = currencies.currency_id
)

select * from final
