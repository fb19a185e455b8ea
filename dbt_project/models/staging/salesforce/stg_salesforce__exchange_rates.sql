{{ config(materialized='table') }}
-- an org with dated rates converts by them; the static rate counts where a currency has no dated one
with

currency_types as (
    select * from {{ source('salesforce', 'currency_type') }}
    {{ latest_records() }}
),

dated_rates as (
    select * from {{ source('salesforce', 'dated_conversion_rate') }}
    {{ latest_records() }}
),

corporate as (
    select
        _source,
        min(IsoCode) as corporate_currency_code
    from currency_types
    where IsCorporate and _op <> 'delete'
    group by _source
),

dated_currencies as (
    select distinct _source, IsoCode
    from dated_rates
    where _op <> 'delete'
),

-- a static rate that dated ones replace stays a record, but holds on no day
static_rates as (
    select
        currency_types.*,
        case
            when dated_currencies.IsoCode is not null and not currency_types.IsCorporate
                then cast('9999-12-31' as date)
        end as valid_from_date
    from currency_types
    left join dated_currencies
        on
            currency_types._source = dated_currencies._source
            and currency_types.IsoCode = dated_currencies.IsoCode
),

rates as (
    select
        _source, _record_id, _op, _delete_reason, _merged_into, _source_modified_at, _loaded_at,
        IsoCode, ConversionRate, valid_from_date, valid_from_date as valid_to_date,
        CreatedDate, SystemModstamp
    from static_rates
    union all
    select
        _source, _record_id, _op, _delete_reason, _merged_into, _source_modified_at, _loaded_at,
        IsoCode, ConversionRate, StartDate, NextStartDate,
        CreatedDate, SystemModstamp
    from dated_rates
),

final as (
    select
        'salesforce' as source_system,
        rates._source as source_instance,
        rates._record_id as source_record_id,
        rates.IsoCode as currency_code,
        corporate.corporate_currency_code,
        cast(rates.ConversionRate as decimal(18, 8)) as rate,
        rates.valid_from_date,
        rates.valid_to_date,
        rates.CreatedDate as created_at,
        rates.SystemModstamp as modified_at,
        {{ record_state() }}
    from rates
    left join corporate on rates._source = corporate._source
)

select * from final
