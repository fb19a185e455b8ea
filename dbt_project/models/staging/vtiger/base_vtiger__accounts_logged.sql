{{ config(materialized='view') }}
with

logged as (
    {{ states(source('vtiger', 'vtiger_account')) }}
),

addresses as (
    {{ states(source('vtiger', 'vtiger_accountbillads')) }}
),

owning_groups as (
    select * from {{ ref('base_vtiger__groups') }}
),

joined as (
    select
        logged.*,
        addresses.bill_street,
        addresses.bill_city,
        addresses.bill_state,
        addresses.bill_code,
        addresses.bill_country,
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
        {{ decoded('accountname') }} as account_name,
        false as is_person,
        cast(null as varchar) as first_name,
        cast(null as varchar) as last_name,
        cast(null as varchar) as tax_id,
        {{ decoded('email1') }} as email,
        {{ decoded('phone') }} as phone,
        {{ decoded('website') }} as website,
        {{ decoded('industry') }} as industry,
        {{ decoded('bill_street') }} as street,
        {{ decoded('bill_city') }} as city,
        {{ decoded('bill_state') }} as state,
        {{ decoded('bill_code') }} as postal_code,
        {{ decoded('bill_country') }} as country,
        cast(nullif(parentid, 0) as varchar) as parent_account_record_id,
        case when groupid is null then cast(nullif(smownerid, 0) as varchar) end as owner_user_record_id,
        cast(null as varchar) as acquisition_source,
        cast(null as varchar) as currency_code,
        {{ in_utc('createdtime') }} as created_at,
        {{ in_utc('modifiedtime') }} as modified_at,
        {{ record_state() }}
    from joined
)

select * from final
