{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- Active and Submitted are placed; Invoiced follows Fulfilled
with

logged as (
    select * from {{ source('dynamics', 'salesorder') }}
    {{ latest_records() }}
),

currencies as (
    select * from {{ ref('base_dynamics__currencies') }}
),

final as (
    select
        'dynamics' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        case when logged._customerid_type = 'account' then logged._customerid_value end as account_record_id,
        case when logged._customerid_type = 'contact' then logged._customerid_value end as contact_record_id,
        logged._opportunityid_value as opportunity_record_id,
        case when logged._ownerid_type = 'systemuser' then logged._ownerid_value end as owner_user_record_id,
        logged.ordernumber as order_number,
        case logged.statecode
            when 0 then 'placed'
            when 1 then 'placed'
            when 2 then 'cancelled'
            when 3 then 'fulfilled'
            when 4 then 'fulfilled'
        end as order_status,
        cast(coalesce(logged.submitdate, logged.createdon) as date) as order_date,
        cast(logged.datefulfilled as date) as fulfilled_date,
        cast(null as date) as returned_date,
        cast(logged.totalamount as decimal(18, 2)) as order_amount,
        currencies.isocurrencycode as currency_code,
        cast(null as varchar) as channel,
        logged.createdon as created_at,
        logged.modifiedon as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join currencies
        on
            logged._source = currencies._source
            and logged._transactioncurrencyid_value = currencies.transactioncurrencyid
)

select * from final
