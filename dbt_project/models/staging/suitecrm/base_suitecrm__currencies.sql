{{ config(materialized='view') }}
-- the base currency is no row of the table: amounts in it have the id -99, or none
with

latest as (
    select * from {{ source('suitecrm', 'currencies') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

installations as (
    select distinct _source from {{ source('suitecrm', 'users') }}
),

final as (
    select
        _source as source_instance,
        _record_id as currency_id,
        iso4217 as currency_code
    from latest
    union all
    select
        _source,
        '-99',
        {{ currency_of('cast(null as varchar)') }}
    from installations
)

select * from final
