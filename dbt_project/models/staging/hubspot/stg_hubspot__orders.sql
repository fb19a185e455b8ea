{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- statuses are the words of the shop behind the order; what they do not say, the stage does
with

logged as (
    select * from {{ source('hubspot', 'orders') }}
    {{ latest_records() }}
),

linked_records as (
    select * from {{ ref('base_hubspot__linked_records') }}
),

stages as (
    select * from {{ ref('base_hubspot__stages') }}
),

company_currencies as (
    select * from {{ ref('base_hubspot__company_currencies') }}
),

final as (
    select
        'hubspot' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        case when logged._op = 'delete' then companies.last_to_id else companies.to_id end as account_record_id,
        case when logged._op = 'delete' then contacts.last_to_id else contacts.to_id end as contact_record_id,
        case when logged._op = 'delete' then deals.last_to_id else deals.to_id end as opportunity_record_id,
        logged.hubspot_owner_id as owner_user_record_id,
        coalesce(logged.hs_external_order_id, logged.hs_order_name) as order_number,
        case
            when lower(coalesce(logged.hs_external_order_status, stages.label, '')) like '%cancel%' then 'cancelled'
            when
                lower(coalesce(logged.hs_external_order_status, stages.label, '')) like '%return%'
                or lower(coalesce(logged.hs_external_order_status, stages.label, '')) like '%refund%'
                then 'returned'
            when lower(logged.hs_fulfillment_status) in ('fulfilled', 'delivered', 'shipped') then 'fulfilled'
            when lower(stages.label) in ('fulfilled', 'delivered', 'shipped') then 'fulfilled'
            else 'placed'
        end as order_status,
        cast(coalesce(logged.hs_external_created_date, logged.hs_createdate) as date) as order_date,
        cast(null as date) as fulfilled_date,
        cast(null as date) as returned_date,
        cast(logged.hs_total_price as decimal(18, 2)) as order_amount,
        coalesce(logged.hs_currency_code, company_currencies.currency_code) as currency_code,
        logged.hs_source_store as channel,
        logged.hs_createdate as created_at,
        logged.hs_lastmodifieddate as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join linked_records as companies
        on
            logged._source = companies._source
            and companies.from_object = 'orders'
            and companies.to_object = 'companies'
            and logged.id = companies.from_id
    left join linked_records as contacts
        on
            logged._source = contacts._source
            and contacts.from_object = 'orders'
            and contacts.to_object = 'contacts'
            and logged.id = contacts.from_id
    left join linked_records as deals
        on
            logged._source = deals._source
            and deals.from_object = 'orders'
            and deals.to_object = 'deals'
            and logged.id = deals.from_id
    left join stages
        on
            logged._source = stages._source
            and stages.object = 'orders'
            and logged.hs_pipeline_stage = stages.stage_id
    left join company_currencies on logged._source = company_currencies._source
)

select * from final
