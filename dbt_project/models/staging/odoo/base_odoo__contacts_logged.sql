{{ config(materialized='view') }}
with

logged as (
    select * from {{ ref('base_odoo__partners_logged') }}
    where was_contact
),

partners as (
    select * from {{ ref('base_odoo__partners') }}
),

countries as (
    select * from {{ ref('base_odoo__countries') }}
),

states as (
    select * from {{ ref('base_odoo__states') }}
),

blacklist as (
    select distinct _source, email as blocked_email
    from (
        select * from {{ source('odoo', 'mail_blacklist') }}
        qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
    ) as entries
    where _op <> 'delete' and coalesce(active, true)
),

final as (
    select
        'odoo' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        partners.account_record_id,
        {{ given_part('logged.name') }} as first_name,
        {{ family_part('logged.name') }} as last_name,
        logged.birthdate_date as birth_date,
        cast(null as varchar) as national_id,
        nullif(logged.email, '') as email,
        nullif(logged.phone, '') as phone,
        nullif(logged.mobile, '') as mobile_phone,
        nullif(logged.function, '') as job_title,
        nullif(concat_ws(', ', nullif(logged.street, ''), nullif(logged.street2, '')), '') as street,
        nullif(logged.city, '') as city,
        states.state_name as state,
        nullif(logged.zip, '') as postal_code,
        countries.country,
        cast(logged.user_id as varchar) as owner_user_record_id,
        cast(null as varchar) as acquisition_source,
        coalesce(logged.opt_out, false) or blacklist.blocked_email is not null as has_opted_out_of_email,
        logged.create_date as created_at,
        logged.write_date as modified_at,
        {{ odoo_record_state('is_contact') }}
    from logged
    left join partners
        on
            logged._source = partners._source
            and logged.id = partners.id
    left join states
        on
            logged._source = states._source
            and logged.state_id = states.id
    left join countries
        on
            logged._source = countries._source
            and logged.country_id = countries.id
    left join blacklist
        on
            logged._source = blacklist._source
            and lower(coalesce(logged.email_normalized, trim(logged.email))) = lower(blacklist.blocked_email)
)

select * from final
