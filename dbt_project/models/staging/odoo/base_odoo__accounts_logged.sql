{{ config(materialized='view') }}
with

logged as (
    select * from {{ ref('base_odoo__partners_logged') }}
    where was_account
),

industries as (
    select
        _source,
        id,
        {{ odoo_translation('name') }} as industry_name
    from {{ source('odoo', 'res_partner_industry') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
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
        logged.name as account_name,
        false as is_person,
        cast(null as varchar) as first_name,
        cast(null as varchar) as last_name,
        coalesce(nullif(logged.vat, ''), nullif(logged.company_registry, '')) as tax_id,
        nullif(logged.email, '') as email,
        coalesce(nullif(logged.phone, ''), nullif(logged.mobile, '')) as phone,
        nullif(logged.website, '') as website,
        industries.industry_name as industry,
        nullif(concat_ws(', ', nullif(logged.street, ''), nullif(logged.street2, '')), '') as street,
        nullif(logged.city, '') as city,
        states.state_name as state,
        nullif(logged.zip, '') as postal_code,
        countries.country,
        cast(logged.parent_id as varchar) as parent_account_record_id,
        cast(logged.user_id as varchar) as owner_user_record_id,
        cast(null as varchar) as acquisition_source,
        cast(null as varchar) as currency_code,
        logged.create_date as created_at,
        logged.write_date as modified_at,
        {{ odoo_record_state('is_account') }}
    from logged
    left join industries
        on
            logged._source = industries._source
            and logged.industry_id = industries.id
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
