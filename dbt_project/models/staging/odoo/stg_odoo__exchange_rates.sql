{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- a rate is in units for one of a unit that the company's own currency is rated in too, and holds until the next
with

logged as (
    select * from {{ source('odoo', 'res_currency_rate') }}
    {{ latest_records() }}
),

own as (
    select * from {{ source('odoo', 'res_company') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

currencies as (
    select * from {{ ref('base_odoo__currencies') }}
),

companies as (
    select * from {{ ref('base_odoo__companies') }}
),

main as (
    select * from companies
    where is_main
),

dated as (
    select
        logged.*,
        currencies.currency_code,
        main.currency_code as corporate_currency_code,
        coalesce(companies.currency_code, main.currency_code) = main.currency_code and logged._op <> 'delete' as is_used
    from logged
    left join main on logged._source = main._source
    left join companies
        on
            logged._source = companies._source
            and logged.company_id = companies.id
    left join currencies
        on
            logged._source = currencies._source
            and logged.currency_id = currencies.id
),

-- where one day has rates of a company and of all, the company's goes before
periods as (
    select
        _source, _record_id, currency_code, rate, name as begins_on,
        lead(name) over (partition by _source, currency_code order by name, company_id nulls first, id) as ends_on
    from dated
    where is_used
),

rated as (
    select
        dated.*,
        periods.begins_on,
        periods.ends_on,
        dated.rate / nullif(coalesce(base.rate, 1), 0) as corporate_rate
    from dated
    left join periods
        on
            dated._source = periods._source
            and dated._record_id = periods._record_id
    left join periods as base
        on
            dated._source = base._source
            and dated.corporate_currency_code = base.currency_code
            and dated.name >= base.begins_on
            and (dated.name < base.ends_on or base.ends_on is null)
),

rates as (
    -- a rate of a company with another currency is kept, but holds on no day
    select
        _source,
        'res.currency.rate,' || _record_id as rate_record_id,
        currency_code,
        corporate_currency_code,
        corporate_rate,
        case when is_used then begins_on else cast('9999-12-31' as date) end as valid_from_date,
        case when is_used then ends_on else cast('9999-12-31' as date) end as valid_to_date,
        create_date,
        write_date,
        _op, _delete_reason, _merged_into, _source_modified_at, _loaded_at
    from rated
    union all
    select
        own._source,
        'res.company,' || own._record_id,
        companies.currency_code,
        main.currency_code as corporate_currency_code,
        1,
        case when not companies.is_main or periods.currency_code is not null then cast('9999-12-31' as date) end,
        case when not companies.is_main or periods.currency_code is not null then cast('9999-12-31' as date) end,
        own.create_date,
        own.write_date,
        own._op, own._delete_reason, own._merged_into, own._source_modified_at, own._loaded_at
    from own
    left join companies
        on
            own._source = companies._source
            and own.id = companies.id
    left join main on own._source = main._source
    left join (select distinct _source, currency_code from periods) as periods
        on
            own._source = periods._source
            and companies.currency_code = periods.currency_code
),

final as (
    select
        'odoo' as source_system,
        _source as source_instance,
        rate_record_id as source_record_id,
        currency_code,
        corporate_currency_code,
        cast(corporate_rate as decimal(18, 8)) as rate,
        valid_from_date,
        valid_to_date,
        create_date as created_at,
        write_date as modified_at,
        {{ record_state() }}
    from rates
)

select * from final
