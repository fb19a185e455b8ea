{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('dynamics', 'account') }}
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
        logged.name as account_name,
        false as is_person,
        cast(null as varchar) as first_name,
        cast(null as varchar) as last_name,
        cast(null as varchar) as tax_id,
        logged.emailaddress1 as email,
        logged.telephone1 as phone,
        logged.websiteurl as website,
        industry.label as industry,
        logged.address1_line1 as street,
        logged.address1_city as city,
        logged.address1_stateorprovince as state,
        logged.address1_postalcode as postal_code,
        logged.address1_country as country,
        logged._parentaccountid_value as parent_account_record_id,
        case when logged._ownerid_type = 'systemuser' then logged._ownerid_value end as owner_user_record_id,
        cast(null as varchar) as acquisition_source,
        currencies.isocurrencycode as currency_code,
        logged.createdon as created_at,
        logged.modifiedon as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join labels as industry
        on
            logged._source = industry._source
            and industry.objecttypecode = 'account'
            and industry.attributename = 'industrycode'
            and logged.industrycode = industry.attributevalue
    left join currencies
        on
            logged._source = currencies._source
            and logged._transactioncurrencyid_value = currencies.transactioncurrencyid
)

select * from final
