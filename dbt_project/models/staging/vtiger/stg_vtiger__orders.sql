{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- an order has no date but when it was entered, and no word for what came back
with

logged as (
    select * from {{ source('vtiger', 'vtiger_salesorder') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

currencies as (
    select * from {{ ref('base_vtiger__currencies') }}
),

owning_groups as (
    select * from {{ ref('base_vtiger__groups') }}
),

joined as (
    select
        logged.*,
        currencies.currency_code,
        owning_groups.groupid
    from logged
    left join currencies
        on
            logged._source = currencies._source
            and logged.currency_id = currencies.id
    left join owning_groups
        on
            logged._source = owning_groups._source
            and logged.smownerid = owning_groups.groupid
),

final as (
    select
        {{ record_keys('vtiger') }},
        cast(nullif(accountid, 0) as varchar) as account_record_id,
        cast(nullif(contactid, 0) as varchar) as contact_record_id,
        cast(nullif(potentialid, 0) as varchar) as opportunity_record_id,
        case when groupid is null then cast(nullif(smownerid, 0) as varchar) end as owner_user_record_id,
        {{ decoded('salesorder_no') }} as order_number,
        case sostatus
            when 'Delivered' then 'fulfilled'
            when 'Cancelled' then 'cancelled'
            else 'placed'
        end as order_status,
        cast(createdtime as date) as order_date,
        cast(null as date) as fulfilled_date,
        cast(null as date) as returned_date,
        cast(total as decimal(18, 2)) as order_amount,
        currency_code,
        cast(null as varchar) as channel,
        {{ in_utc('createdtime') }} as created_at,
        {{ in_utc('modifiedtime') }} as modified_at,
        {{ record_state() }}
    from joined
)

select * from final
