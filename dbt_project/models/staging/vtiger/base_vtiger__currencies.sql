{{ config(materialized='view') }}
-- the base currency has a negative number where the others have 0
with

latest as (
    select * from {{ source('vtiger', 'vtiger_currency_info') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

final as (
    select
        _source,
        id,
        nullif(currency_code, '') as currency_code,
        defaultid < 0
        and row_number() over (
            partition by _source order by case when defaultid < 0 then 0 else 1 end, id
        ) = 1 as is_base
    from latest
)

select * from final
