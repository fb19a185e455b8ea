{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('vtiger', 'vtiger_products') }}
),

currencies as (
    select * from {{ ref('base_vtiger__currencies') }}
),

joined as (
    select
        logged.*,
        currencies.currency_code
    from logged
    left join currencies
        on
            logged._source = currencies._source
            and logged.currency_id = currencies.id
),

final as (
    select
        {{ record_keys('vtiger') }},
        {{ decoded('productname') }} as product_name,
        coalesce({{ decoded('productcode') }}, {{ decoded('product_no') }}) as product_code,
        {{ decoded('productcategory') }} as product_family,
        cast(purchase_cost as decimal(18, 4)) as unit_cost_amount,
        cast(unit_price as decimal(18, 4)) as unit_price_amount,
        currency_code,
        -- the application's word: discontinued is 1 while the product is active
        coalesce(discontinued = 1, false) as is_active,
        {{ in_utc('createdtime') }} as created_at,
        {{ in_utc('modifiedtime') }} as modified_at,
        {{ record_state() }}
    from joined
)

select * from final
