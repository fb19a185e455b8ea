{{ config(materialized='view') }}
-- amounts are in the currency of the own company; an archived deal with a probability left is open but not forecast
with

logged as (
    select * from {{ ref('base_odoo__crm_leads_logged') }}
    where was_opportunity
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

companies as (
    select * from {{ ref('base_odoo__companies') }}
),

staged as (
    select
        logged.*,
        not logged.is_lost and coalesce(logged.won_status = 'won', stages.is_won, logged.probability >= 100, false)
            as is_won,
        stages.stage_name
    from logged
    left join stages
        on
            logged._source = stages._source
            and logged.stage_id = stages.id
),

final as (
    select
        'odoo' as source_system,
        staged._source as source_instance,
        staged._record_id as source_record_id,
        partners.account_record_id,
        partners.contact_record_id,
        cast(staged.campaign_id as varchar) as campaign_record_id,
        cast(staged.user_id as varchar) as owner_user_record_id,
        staged.name as opportunity_name,
        case when staged.is_lost then 'Lost' else staged.stage_name end as stage_name,
        cast(null as varchar) as opportunity_type,
        sources.source_name as acquisition_source,
        cast(coalesce(staged.expected_revenue, staged.planned_revenue) as decimal(18, 2)) as amount,
        companies.currency_code,
        cast(
            case when staged.is_won then 1 when staged.is_lost then 0 else staged.probability * 0.01 end
            as decimal(9, 4)
        ) as probability_rate,
        case
            when staged.is_won then 'closed'
            when staged.is_lost or staged.active is false then 'omitted'
            else 'pipeline'
        end as forecast_category,
        case
            when staged.is_won or staged.is_lost then coalesce(cast(staged.date_closed as date), staged.date_deadline)
            else staged.date_deadline
        end as close_date,
        staged.is_won or staged.is_lost as is_closed,
        staged.is_won,
        staged.create_date as created_at,
        staged.write_date as modified_at,
        {{ odoo_record_state('is_opportunity') }}
    from staged
    left join partners
        on
            staged._source = partners._source
            and staged.partner_id = partners.id
    left join sources
        on
            staged._source = sources._source
            and staged.source_id = sources.id
    left join companies
        on
            staged._source = companies._source
            and (staged.company_id = companies.id or (staged.company_id is null and companies.is_main))
)

select * from final
