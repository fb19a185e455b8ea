{{ config(materialized='view') }}
-- converting a lead does not say into what: the records it became are found as everybody is
with

logged as (
    {{ states(source('vtiger', 'vtiger_leaddetails')) }}
),

addresses as (
    {{ states(source('vtiger', 'vtiger_leadaddress')) }}
),

owning_groups as (
    select * from {{ ref('base_vtiger__groups') }}
),

joined as (
    select
        logged.*,
        addresses.phone,
        addresses.mobile,
        addresses.lane,
        addresses.city as lead_city,
        addresses.state as lead_state,
        addresses.code,
        addresses.country as lead_country,
        owning_groups.groupid
    from logged
    {{ join_states('logged', 'addresses') }}
    left join owning_groups
        on
            logged._source = owning_groups._source
            and logged.smownerid = owning_groups.groupid
),

final as (
    select
        {{ record_keys('vtiger') }},
        {{ decoded('firstname') }} as first_name,
        {{ decoded('lastname') }} as last_name,
        {{ decoded('company') }} as company_name,
        {{ decoded('email') }} as email,
        {{ decoded('phone') }} as phone,
        {{ decoded('mobile') }} as mobile_phone,
        {{ decoded('designation') }} as job_title,
        {{ decoded('lane') }} as street,
        {{ decoded('lead_city') }} as city,
        {{ decoded('lead_state') }} as state,
        {{ decoded('code') }} as postal_code,
        {{ decoded('lead_country') }} as country,
        {{ decoded('leadstatus') }} as lead_status,
        {{ decoded('leadsource') }} as acquisition_source,
        case when groupid is null then cast(nullif(smownerid, 0) as varchar) end as owner_user_record_id,
        coalesce(converted = 1, false) as is_converted,
        case when converted = 1 then cast(modifiedtime as date) end as converted_date,
        cast(null as varchar) as converted_account_record_id,
        cast(null as varchar) as converted_contact_record_id,
        cast(null as varchar) as converted_opportunity_record_id,
        {{ in_utc('createdtime') }} as created_at,
        {{ in_utc('modifiedtime') }} as modified_at,
        {{ record_state() }}
    from joined
)

select * from final
