{{ config(materialized='view') }}
-- amounts are kept in the base currency; related_to is an account, in older versions a contact as well
with

logged as (
    select * from {{ source('vtiger', 'vtiger_potential') }}
),

entities as (
    select * from {{ ref('base_vtiger__entities') }}
),

currencies as (
    select * from {{ ref('base_vtiger__currencies') }}
    where is_base
),

latest_links as (
    select * from {{ source('vtiger', 'vtiger_contpotentialrel') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

links as (
    select
        _source,
        potentialid,
        min(contactid) as linked_contactid
    from latest_links
    where _op <> 'delete'
    group by _source, potentialid
),

owning_groups as (
    select * from {{ ref('base_vtiger__groups') }}
),

joined as (
    select
        logged.*,
        entities.setype,
        links.linked_contactid,
        currencies.currency_code,
        owning_groups.groupid
    from logged
    left join entities
        on
            logged._source = entities._source
            and logged.related_to = entities.crmid
    left join links
        on
            logged._source = links._source
            and logged.potentialid = links.potentialid
    left join currencies on logged._source = currencies._source
    left join owning_groups
        on
            logged._source = owning_groups._source
            and logged.smownerid = owning_groups.groupid
),

final as (
    select
        {{ record_keys('vtiger') }},
        case when setype = 'Accounts' then cast(related_to as varchar) end as account_record_id,
        cast(
            coalesce(nullif(contact_id, 0), case when setype = 'Contacts' then related_to end, linked_contactid)
            as varchar
        ) as contact_record_id,
        cast(nullif(campaignid, 0) as varchar) as campaign_record_id,
        case when groupid is null then cast(nullif(smownerid, 0) as varchar) end as owner_user_record_id,
        {{ decoded('potentialname') }} as opportunity_name,
        {{ decoded('sales_stage') }} as stage_name,
        {{ decoded('potentialtype') }} as opportunity_type,
        {{ decoded('leadsource') }} as acquisition_source,
        cast(amount as decimal(18, 2)) as amount,
        currency_code,
        cast(probability * 0.01 as decimal(9, 4)) as probability_rate,
        case when sales_stage in ('Closed Won', 'Closed Lost') then 'closed' end as forecast_category,
        closingdate as close_date,
        coalesce(sales_stage in ('Closed Won', 'Closed Lost'), false) as is_closed,
        coalesce(sales_stage = 'Closed Won', false) as is_won,
        {{ in_utc('createdtime') }} as created_at,
        {{ in_utc('modifiedtime') }} as modified_at,
        {{ record_state() }}
    from joined
)

select * from final
