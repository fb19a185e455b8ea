{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- one rate per currency, which a change replaces: units of the currency for one of the home currency
with

logged as (
    select * from {{ source('zoho', 'currencies') }}
    {{ latest_records() }}
),

home_currencies as (
    select * from {{ ref('base_zoho__home_currencies') }}
),

final as (
    select
        'zoho' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.iso_code as currency_code,
        home_currencies.iso_code as corporate_currency_code,
        cast(logged.exchange_rate as decimal(18, 8)) as rate,
        cast(null as date) as valid_from_date,
        cast(null as date) as valid_to_date,
        cast(null as timestamp) as created_at,
        logged.modified_time as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join home_currencies on logged._source = home_currencies._source
)

select * from final
