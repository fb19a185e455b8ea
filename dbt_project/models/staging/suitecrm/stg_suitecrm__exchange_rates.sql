-- one rate per currency, which a change replaces: units of the currency for one of the base currency
with

logged as (
    select * from {{ source('suitecrm', 'currencies') }}
    {{ latest_records() }}
),

final as (
    select
        {{ record_keys('suitecrm') }},
        nullif(iso4217, '') as currency_code,
        {{ currency_of('cast(null as varchar)') }} as corporate_currency_code,
        cast(conversion_rate as decimal(18, 8)) as rate,
        cast(null as date) as valid_from_date,
        cast(null as date) as valid_to_date,
        date_entered as created_at,
        date_modified as modified_at,
        {{ record_state() }}
    from logged
)

select * from final
