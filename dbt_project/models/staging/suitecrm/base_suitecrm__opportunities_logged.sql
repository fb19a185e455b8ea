{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('suitecrm', 'opportunities') }}
),

accounts as (
    select * from {{ ref('base_suitecrm__links') }}
    where relation = 'accounts_opportunities'
),

contacts as (
    select * from {{ ref('base_suitecrm__links') }}
    where relation = 'opportunities_contacts'
),

currencies as (
    select * from {{ ref('base_suitecrm__currencies') }}
),

told as (
    select
        {{ record_keys('suitecrm') }},
        coalesce(nullif(currency_id, ''), '-99') as currency_id,
        nullif(campaign_id, '') as campaign_record_id,
        nullif(assigned_user_id, '') as owner_user_record_id,
        {{ decoded('name') }} as opportunity_name,
        {{ decoded('sales_stage') }} as stage_name,
        {{ decoded('opportunity_type') }} as opportunity_type,
        {{ decoded('lead_source') }} as acquisition_source,
        cast(amount as decimal(18, 2)) as amount,
        cast(
            case sales_stage when 'Closed Won' then 1 when 'Closed Lost' then 0 else probability * 0.01 end
            as decimal(9, 4)
        ) as probability_rate,
        cast(null as varchar) as forecast_category,
        date_closed as close_date,
        coalesce(sales_stage in ('Closed Won', 'Closed Lost'), false) as is_closed,
        coalesce(sales_stage = 'Closed Won', false) as is_won,
        date_entered as created_at,
        date_modified as modified_at,
        {{ record_state() }}
    from logged
),

final as (
    select
        {{ all_columns_but(['currency_id'], 'told') }},
        accounts.linked_record_id as account_record_id,
        contacts.linked_record_id as contact_record_id,
        currencies.currency_code
    from told
    left join accounts
        on
            told.source_instance = accounts.source_instance
            and told.source_record_id = accounts.record_id
    left join contacts
        on
            told.source_instance = contacts.source_instance
            and told.source_record_id = contacts.record_id
    left join currencies
        on
            told.source_instance = currencies.source_instance
            and told.currency_id = currencies.currency_id
)

select * from final
