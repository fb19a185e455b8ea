{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- the extended amount is after the discount and with the tax
with

logged as (
    select * from {{ source('dynamics', 'salesorderdetail') }}
    {{ latest_records() }}
),

currencies as (
    select * from {{ ref('base_dynamics__currencies') }}
),

final as (
    select
        'dynamics' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged._salesorderid_value as order_record_id,
        logged._productid_value as product_record_id,
        logged.lineitemnumber as line_number,
        cast(logged.quantity as decimal(18, 4)) as quantity,
        cast(logged.priceperunit as decimal(18, 4)) as unit_price_amount,
        cast(logged.manualdiscountamount as decimal(18, 2)) as discount_amount,
        cast(logged.extendedamount - coalesce(logged.tax, 0) as decimal(18, 2)) as line_amount,
        currencies.isocurrencycode as currency_code,
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
