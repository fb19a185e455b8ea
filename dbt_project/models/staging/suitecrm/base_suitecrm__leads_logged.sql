{{ config(materialized='view') }}
-- when a lead was converted is not kept on it
with

logged as (
    select * from {{ source('suitecrm', 'leads') }}
),

emails as (
    select * from {{ ref('base_suitecrm__email_addresses') }}
    where bean_module = 'Leads' and place = 1
),

told as (
    select
        {{ record_keys('suitecrm') }},
        {{ decoded('first_name') }} as first_name,
        {{ decoded('last_name') }} as last_name,
        {{ decoded('account_name') }} as company_name,
        {{ decoded('coalesce(nullif(phone_work, \'\'), nullif(phone_home, \'\'), phone_other)') }} as phone,
        {{ decoded('phone_mobile') }} as mobile_phone,
        {{ decoded('title') }} as job_title,
        {{ decoded('primary_address_street') }} as street,
        {{ decoded('primary_address_city') }} as city,
        {{ decoded('primary_address_state') }} as state,
        {{ decoded('primary_address_postalcode') }} as postal_code,
        {{ decoded('primary_address_country') }} as country,
        {{ decoded('status') }} as lead_status,
        {{ decoded('lead_source') }} as acquisition_source,
        nullif(assigned_user_id, '') as owner_user_record_id,
        coalesce(converted = 1, false) as is_converted,
        cast(null as date) as converted_date,
        case when converted = 1 then nullif(account_id, '') end as converted_account_record_id,
        case when converted = 1 then nullif(contact_id, '') end as converted_contact_record_id,
        case when converted = 1 then nullif(opportunity_id, '') end as converted_opportunity_record_id,
        date_entered as created_at,
        date_modified as modified_at,
        {{ record_state() }}
    from logged
),

final as (
    select
        told.*,
        emails.email_address as email
    from told
    left join emails
        on
            told.source_instance = emails.source_instance
            and told.source_record_id = emails.bean_id
)

select * from final
