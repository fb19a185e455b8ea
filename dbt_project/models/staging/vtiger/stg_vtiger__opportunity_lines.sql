{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- what a deal is about stands on its quotes; products linked to it have neither quantity nor price
with

logged as (
    select * from {{ source('vtiger', 'vtiger_inventoryproductrel') }}
    where setype = 'Quotes'
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

documents as (
    select * from {{ source('vtiger', 'vtiger_quotes') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

currencies as (
    select * from {{ ref('base_vtiger__currencies') }}
),

joined as (
    select
        logged.*,
        documents.potentialid,
        documents.createdtime,
        documents.modifiedtime,
        currencies.currency_code,
        logged.quantity * logged.listprice as gross_amount
    from logged
    left join documents
        on
            logged._source = documents._source
            and logged.id = documents.quoteid
    left join currencies
        on
            documents._source = currencies._source
            and documents.currency_id = currencies.id
),

priced as (
    select
        *,
        coalesce(discount_amount, gross_amount * discount_percent * 0.01, 0) as discount
    from joined
),

final as (
    select
        {{ record_keys('vtiger') }},
        cast(nullif(potentialid, 0) as varchar) as opportunity_record_id,
        cast(nullif(productid, 0) as varchar) as product_record_id,
        cast(quantity as decimal(18, 4)) as quantity,
        cast(listprice as decimal(18, 4)) as unit_price_amount,
        cast(gross_amount - discount as decimal(18, 2)) as line_amount,
        currency_code,
        {{ in_utc('createdtime') }} as created_at,
        {{ in_utc('modifiedtime') }} as modified_at,
        {{ record_state() }}
    from priced
)

select * from final
