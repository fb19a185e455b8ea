{{ config(materialized='view') }}
-- the one that an account had before stays in the log, as deleted
with

latest as (
    select * from {{ source('hubspot', 'company_currency') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

final as (
    select
        _source,
        currencyCode as currency_code
    from latest
    where _op <> 'delete'
)

select * from final
