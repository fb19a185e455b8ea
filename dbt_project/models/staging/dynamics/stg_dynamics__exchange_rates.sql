{{ config(materialized='table') }}
-- one rate per currency, which a change replaces: units of the currency for one of the environment's base currency
with

logged as (
    select * from {{ source('dynamics', 'transactioncurrency') }}
    {{ latest_records() }}
),

organizations as (
    select * from {{ source('dynamics', 'organization') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

bases as (
    select
        organizations._source,
        min(logged.isocurrencycode) as corporate_currency_code
    from organizations
    inner join logged
        on
            organizations._source = logged._source
            and organizations._basecurrencyid_value = logged.transactioncurrencyid
    group by organizations._source
),

final as (
    select
        'dynamics' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.isocurrencycode as currency_code,
        bases.corporate_currency_code,
        cast(logged.exchangerate as decimal(18, 8)) as rate,
        cast(null as date) as valid_from_date,
        cast(null as date) as valid_to_date,
        logged.createdon as created_at,
        logged.modifiedon as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join bases on logged._source = bases._source
)

select * from final
