{{ config(materialized='view') }}
with

final as (
    select
        _source,
        transactioncurrencyid,
        isocurrencycode
    from {{ source('dynamics', 'transactioncurrency') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
)

select * from final
