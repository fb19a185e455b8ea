{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- lines of quotes and contracts are in the same table. The total of a line is with its tax where the application is set
-- so; its price is without, and after the discount. A service has no quantity and the product 0
with

logged as (
    select * from {{ source('suitecrm', 'aos_products_quotes') }}
    where parent_type = 'AOS_Invoices'
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

invoices as (
    select
        _source as source_instance,
        _record_id as order_record_id,
        coalesce(nullif(currency_id, ''), '-99') as currency_id
    from {{ source('suitecrm', 'aos_invoices') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

currencies as (
    select * from {{ ref('base_suitecrm__currencies') }}
),

told as (
    select
        {{ record_keys('suitecrm') }},
        nullif(parent_id, '') as order_record_id,
        case when product_id not in ('', '0') then product_id end as product_record_id,
        cast(number as integer) as line_number,
        cast(coalesce(product_qty, 1) as decimal(18, 4)) as quantity,
        cast(coalesce(product_list_price, product_unit_price) as decimal(18, 4)) as unit_price_amount,
        cast(coalesce(product_unit_price, product_list_price) as decimal(18, 6)) as paid_price_amount,
        date_entered as created_at,
        date_modified as modified_at,
        {{ record_state() }}
    from logged
),

final as (
    select
        {{ all_columns_but(['paid_price_amount'], 'told') }},
        cast(
            told.quantity * told.unit_price_amount - told.quantity * told.paid_price_amount as decimal(18, 2)
        ) as discount_amount,
        cast(told.quantity * told.paid_price_amount as decimal(18, 2)) as line_amount,
        currencies.currency_code
    from told
    left join invoices
        on
            told.source_instance = invoices.source_instance
            and told.order_record_id = invoices.order_record_id
    left join currencies
        on
            invoices.source_instance = currencies.source_instance
            and invoices.currency_id = currencies.currency_id
)

select * from final
