{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- one rate per currency, which a change replaces: units of the currency for one of the base currency
with

logged as (
    select * from {{ source('vtiger', 'vtiger_currency_info') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

bases as (
    select * from {{ ref('base_vtiger__currencies') }}
    where is_base
),

rates as (
    select
        logged.*,
        bases.currency_code as corporate_currency_code
    from logged
    left join bases on logged._source = bases._source
),

final as (
    select
        {{ record_keys('vtiger') }},
        nullif(currency_code, '') as currency_code,
        corporate_currency_code,
        cast(conversion_rate as decimal(18, 8)) as rate,
        cast(null as date) as valid_from_date,
        cast(null as date) as valid_to_date,
        cast(null as timestamp) as created_at,
        cast(null as timestamp) as modified_at,
        {{ record_state() }}
    from rates
)

select * from final
