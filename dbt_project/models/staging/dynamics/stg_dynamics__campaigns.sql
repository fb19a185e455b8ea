{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
with

logged as (
    select * from {{ source('dynamics', 'campaign') }}
    {{ latest_records() }}
),

labels as (
    select * from {{ ref('base_dynamics__labels') }}
),

currencies as (
    select * from {{ ref('base_dynamics__currencies') }}
),

final as (
    select
        'dynamics' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.name as campaign_name,
        campaign_type.label as campaign_type,
        campaign_status.label as campaign_status,
        cast(coalesce(logged.actualstart, logged.proposedstart) as date) as start_date,
        cast(coalesce(logged.actualend, logged.proposedend) as date) as end_date,
        cast(logged.budgetedcost as decimal(18, 2)) as budgeted_cost_amount,
        cast(logged.totalactualcost as decimal(18, 2)) as actual_cost_amount,
        currencies.isocurrencycode as currency_code,
        logged.createdon as created_at,
        logged.modifiedon as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join labels as campaign_type
        on
            logged._source = campaign_type._source
            and campaign_type.objecttypecode = 'campaign'
            and campaign_type.attributename = 'typecode'
            and logged.typecode = campaign_type.attributevalue
    left join labels as campaign_status
        on
            logged._source = campaign_status._source
            and campaign_status.objecttypecode = 'campaign'
            and campaign_status.attributename = 'statuscode'
            and logged.statuscode = campaign_status.attributevalue
    left join currencies
        on
            logged._source = currencies._source
            and logged._transactioncurrencyid_value = currencies.transactioncurrencyid
)

select * from final
