{{ config(materialized='view') }}
with

logged as (
    select *, date_conversion is not null or is_opportunity as is_converted
    from {{ ref('base_odoo__crm_leads_logged') }}
    where was_lead
),

partners as (
    select * from {{ ref('base_odoo__partners') }}
),

stages as (
    select * from {{ ref('base_odoo__stages') }}
),

sources as (
    select * from {{ ref('base_odoo__sources') }}
),

countries as (
    select * from {{ ref('base_odoo__countries') }}
),

states as (
    select * from {{ ref('base_odoo__states') }}
),

final as (
    select
        'odoo' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        {{ given_part('logged.contact_name') }} as first_name,
        {{ family_part('logged.contact_name') }} as last_name,
        nullif(logged.partner_name, '') as company_name,
        nullif(logged.email_from, '') as email,
        nullif(logged.phone, '') as phone,
        nullif(logged.mobile, '') as mobile_phone,
        nullif(logged.function, '') as job_title,
        nullif(concat_ws(', ', nullif(logged.street, ''), nullif(logged.street2, '')), '') as street,
        nullif(logged.city, '') as city,
        states.state_name as state,
        nullif(logged.zip, '') as postal_code,
        countries.country,
        case
            when logged.is_converted then 'Converted' when logged.is_lost then 'Lost' else stages.stage_name
        end as lead_status,
        sources.source_name as acquisition_source,
        cast(logged.user_id as varchar) as owner_user_record_id,
        logged.is_converted,
        cast(logged.date_conversion as date) as converted_date,
        case when logged.is_converted then partners.account_record_id end as converted_account_record_id,
        case when logged.is_converted then partners.contact_record_id end as converted_contact_record_id,
        case when logged.is_opportunity then logged._record_id end as converted_opportunity_record_id,
        logged.create_date as created_at,
        logged.write_date as modified_at,
        {{ record_state() }}
    from logged
    left join partners
        on
            logged._source = partners._source
            and logged.partner_id = partners.id
    left join stages
        on
            logged._source = stages._source
            and logged.stage_id = stages.id
    left join sources
        on
            logged._source = sources._source
            and logged.source_id = sources.id
    left join states
        on
            logged._source = states._source
            and logged.state_id = states.id
    left join countries
        on
            logged._source = countries._source
            and logged.country_id = countries.id
)

select * from final
