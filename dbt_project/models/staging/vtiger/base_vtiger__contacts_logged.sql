{{ config(materialized='view') }}
with

logged as (
    {{ states(source('vtiger', 'vtiger_contactdetails')) }}
),

addresses as (
    {{ states(source('vtiger', 'vtiger_contactaddress')) }}
),

details as (
    {{ states(source('vtiger', 'vtiger_contactsubdetails')) }}
),

owning_groups as (
    select * from {{ ref('base_vtiger__groups') }}
),

joined as (
    select
        logged.*,
        addresses.mailingstreet,
        addresses.mailingcity,
        addresses.mailingstate,
        addresses.mailingzip,
        addresses.mailingcountry,
        details.birthday,
        details.homephone,
        details.leadsource,
        owning_groups.groupid
    from logged
    {{ join_states('logged', 'addresses') }}
    {{ join_states('logged', 'details') }}
    left join owning_groups
        on
            logged._source = owning_groups._source
            and logged.smownerid = owning_groups.groupid
),

final as (
    select
        {{ record_keys('vtiger') }},
        cast(nullif(accountid, 0) as varchar) as account_record_id,
        {{ decoded('firstname') }} as first_name,
        {{ decoded('lastname') }} as last_name,
        birthday as birth_date,
        cast(null as varchar) as national_id,
        coalesce({{ decoded('email') }}, {{ decoded('secondaryemail') }}) as email,
        coalesce({{ decoded('phone') }}, {{ decoded('homephone') }}) as phone,
        {{ decoded('mobile') }} as mobile_phone,
        {{ decoded('title') }} as job_title,
        {{ decoded('mailingstreet') }} as street,
        {{ decoded('mailingcity') }} as city,
        {{ decoded('mailingstate') }} as state,
        {{ decoded('mailingzip') }} as postal_code,
        {{ decoded('mailingcountry') }} as country,
        case when groupid is null then cast(nullif(smownerid, 0) as varchar) end as owner_user_record_id,
        {{ decoded('leadsource') }} as acquisition_source,
        coalesce(emailoptout in ('1', 'on'), false) as has_opted_out_of_email,
        {{ in_utc('createdtime') }} as created_at,
        {{ in_utc('modifiedtime') }} as modified_at,
        {{ record_state() }}
    from joined
)

select * from final
