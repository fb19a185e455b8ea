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

static_rates as (
    select currency_types.*
    from currency_types
    left join dated_rates
        on
            currency_types._source = dated_rates._source
            and currency_types.IsoCode = dated_rates.IsoCode
            and dated_rates._op <> 'delete'
    where dated_rates.IsoCode is null or currency_types.IsCorporate
    qualify row_number() over (partition by currency_types._source, currency_types._record_id order by 1) = 1
),

rates as (
    select
        _source, _record_id, _op, _delete_reason, _merged_into, _source_modified_at, _loaded_at,
        IsoCode, ConversionRate, cast(null as date) as valid_from_date, cast(null as date) as valid_to_date,
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
