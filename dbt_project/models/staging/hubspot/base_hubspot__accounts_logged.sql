{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('hubspot', 'companies') }}
),

company_currencies as (
    select * from {{ ref('base_hubspot__company_currencies') }}
),

final as (
    select
        'hubspot' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.name as account_name,
        false as is_person,
        cast(null as varchar) as first_name,
        cast(null as varchar) as last_name,
        cast(null as varchar) as tax_id,
        cast(null as varchar) as email,
        logged.phone,
        coalesce(logged.website, logged.domain) as website,
        logged.industry,
        logged.address as street,
        logged.city,
        logged.state,
        logged.zip as postal_code,
        logged.country,
        logged.hs_parent_company_id as parent_account_record_id,
        logged.hubspot_owner_id as owner_user_record_id,
        logged.hs_analytics_source as acquisition_source,
        company_currencies.currency_code,
        logged.createdate as created_at,
        logged.hs_lastmodifieddate as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join company_currencies on logged._source = company_currencies._source
)

select * from final
