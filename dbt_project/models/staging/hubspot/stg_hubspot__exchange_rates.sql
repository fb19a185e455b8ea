{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- HubSpot converts from a currency to the account's own; here a rate is units of the currency for one of that
with

logged as (
    select * from {{ source('hubspot', 'exchange_rates') }}
    {{ latest_records() }}
),

own_currencies as (
    select * from {{ source('hubspot', 'company_currency') }}
    {{ latest_records() }}
),

company_currencies as (
    select * from {{ ref('base_hubspot__company_currencies') }}
),

rates as (
    select
        logged.*,
        company_currencies.currency_code as corporate_currency_code,
        coalesce(logged.fromCurrencyCode = company_currencies.currency_code, false) as is_from_own,
        {{ wide_integer('cast(logged.conversionRate as decimal(28, 10)) * 10000000000') }} as whole_rate
    from logged
    left join company_currencies on logged._source = company_currencies._source
),

turned as (
    select
        *,
        case when is_from_own then toCurrencyCode else fromCurrencyCode end as currency_code,
        case
            when is_from_own then cast(conversionRate as decimal(18, 8))
            when toCurrencyCode = corporate_currency_code and whole_rate > 0
                then cast(
                    cast({{ divide_half_up('1000000000000000000', 'whole_rate') }} as decimal(28, 0)) * 0.00000001
                    as decimal(18, 8)
                )
        end as rate
    from rates
),

final as (
    select
        {{ record_keys('hubspot') }},
        currency_code,
        corporate_currency_code,
        rate,
        cast(effectiveAt as date) as valid_from_date,
        lead(cast(effectiveAt as date)) over (
            partition by _source, currency_code, _op order by effectiveAt, id
        ) as valid_to_date,
        createdAt as created_at,
        updatedAt as modified_at,
        {{ record_state() }}
    from turned
    union all
    select
        {{ record_keys('hubspot') }},
        currencyCode as currency_code,
        currencyCode as corporate_currency_code,
        cast(1 as decimal(18, 8)),
        cast(null as date),
        cast(null as date),
        cast(null as timestamp),
        cast(null as timestamp),
        {{ record_state() }}
    from own_currencies
)

select * from final
