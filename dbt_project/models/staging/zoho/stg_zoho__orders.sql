{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- a sale is counted once, by its sales order; the invoices of it stay in the lake
-- the day of an order is that on which it was made: a sales order has no date of its own
with

logged as (
    select * from {{ source('zoho', 'sales_orders') }}
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
        logged.Account_Name as account_record_id,
        logged.Contact_Name as contact_record_id,
        logged.Deal_Name as opportunity_record_id,
        logged.Owner as owner_user_record_id,
        logged.SO_Number as order_number,
        case lower(logged.Status)
            when 'created' then 'placed'
            when 'approved' then 'placed'
            when 'delivered' then 'fulfilled'
            when 'cancelled' then 'cancelled'
        end as order_status,
        {{ reporting_date('logged.Created_Time') }} as order_date,
        cast(null as date) as fulfilled_date,
        cast(null as date) as returned_date,
        cast(logged.Grand_Total as decimal(18, 2)) as order_amount,
        coalesce(logged.Currency, home_currencies.iso_code) as currency_code,
        cast(null as varchar) as channel,
        logged.Created_Time as created_at,
        logged.Modified_Time as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join home_currencies on logged._source = home_currencies._source
)

select * from final
