{{ config(materialized='view') }}
-- the stage is that of the business process, where the deal runs through one
with

logged as (
    select * from {{ source('dynamics', 'opportunity') }}
),

labels as (
    select * from {{ ref('base_dynamics__labels') }}
),

currencies as (
    select * from {{ ref('base_dynamics__currencies') }}
),

stages as (
    select * from {{ source('dynamics', 'processstage') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

final as (
    select
        'dynamics' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        coalesce(
            case when logged._customerid_type = 'account' then logged._customerid_value end,
            logged._parentaccountid_value
        ) as account_record_id,
        coalesce(
            case when logged._customerid_type = 'contact' then logged._customerid_value end,
            logged._parentcontactid_value
        ) as contact_record_id,
        logged._campaignid_value as campaign_record_id,
        case when logged._ownerid_type = 'systemuser' then logged._ownerid_value end as owner_user_record_id,
        logged.name as opportunity_name,
        case logged.statecode
            when 1 then 'Won'
            when 2 then 'Lost'
            else coalesce(stages.stagename, logged.stepname, sales_stage.label)
        end as stage_name,
        cast(null as varchar) as opportunity_type,
        cast(null as varchar) as acquisition_source,
        cast(
            case
                when logged.statecode = 1 then coalesce(logged.actualvalue, logged.estimatedvalue, logged.totalamount)
                else coalesce(logged.estimatedvalue, logged.totalamount)
            end as decimal(18, 2)
        ) as amount,
        currencies.isocurrencycode as currency_code,
        cast(
            case logged.statecode when 1 then 1 when 2 then 0 else logged.closeprobability * 0.01 end as decimal(9, 4)
        ) as probability_rate,
        case logged.msdyn_forecastcategory
            when 100000001 then 'pipeline'
            when 100000002 then 'best_case'
            when 100000003 then 'commit'
            when 100000004 then 'omitted'
            when 100000005 then 'closed'
            when 100000006 then 'omitted'
        end as forecast_category,
        coalesce(logged.actualclosedate, logged.estimatedclosedate) as close_date,
        coalesce(logged.statecode in (1, 2), false) as is_closed,
        coalesce(logged.statecode = 1, false) as is_won,
        logged.createdon as created_at,
        logged.modifiedon as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join labels as sales_stage
        on
            logged._source = sales_stage._source
            and sales_stage.objecttypecode = 'opportunity'
            and sales_stage.attributename = 'salesstage'
            and logged.salesstage = sales_stage.attributevalue
    left join currencies
        on
            logged._source = currencies._source
            and logged._transactioncurrencyid_value = currencies.transactioncurrencyid
    left join stages
        on
            logged._source = stages._source
            and logged.stageid = stages.processstageid
)

select * from final
