{{ config(materialized='view') }}
-- a table that feeds several entities is counted for each by which of them its records were, in any state
with

counted as (
    select 'accounts' as entity, _source, count(distinct _record_id) as logged_count
    from {{ ref('base_odoo__partners_logged') }}
    where was_account
    group by _source
    union all
    select 'contacts' as entity, _source, count(distinct _record_id) as logged_count
    from {{ ref('base_odoo__partners_logged') }}
    where was_contact
    group by _source
    union all
    select 'contact_points' as entity, _source, 3 * count(distinct _record_id) as logged_count
    from {{ ref('base_odoo__partners_logged') }}
    where was_address
    group by _source
    union all
    select 'leads' as entity, _source, count(distinct _record_id) as logged_count
    from {{ ref('base_odoo__crm_leads_logged') }}
    where was_lead
    group by _source
    union all
    select 'opportunities' as entity, _source, count(distinct _record_id) as logged_count
    from {{ ref('base_odoo__crm_leads_logged') }}
    where was_opportunity
    group by _source
    union all
    select 'opportunity_stage_changes' as entity, _source, count(distinct _record_id) + count(distinct res_id) as logged_count
    from {{ ref('base_odoo__tracked_values') }}
    group by _source
    union all
    select 'products' as entity, _source, count(distinct _record_id) as logged_count
    from {{ source('odoo', 'product_product') }}
    group by _source
    union all
    select 'orders' as entity, _source, count(distinct _record_id) as logged_count
    from {{ source('odoo', 'sale_order') }}
    group by _source
    union all
    select 'order_lines' as entity, _source, count(distinct _record_id) as logged_count
    from {{ source('odoo', 'sale_order_line') }}
    where display_type is null
    group by _source
    union all
    select 'interactions' as entity, _source, count(distinct _record_id) as logged_count
    from {{ source('odoo', 'calendar_event') }}
    group by _source
    union all
    select 'interactions' as entity, _source, count(distinct _record_id) as logged_count
    from {{ ref('base_odoo__messages') }}
    group by _source
    union all
    select 'interactions' as entity, _source, count(distinct _record_id) as logged_count
    from {{ source('odoo', 'mail_activity') }}
    group by _source
    union all
    select 'campaigns' as entity, _source, count(distinct _record_id) as logged_count
    from {{ source('odoo', 'utm_campaign') }}
    group by _source
    union all
    select 'campaign_members' as entity, _source, count(distinct _record_id) as logged_count
    from {{ source('odoo', 'mailing_trace') }}
    group by _source
    union all
    select 'users' as entity, _source, count(distinct _record_id) as logged_count
    from {{ source('odoo', 'res_users') }}
    group by _source
    union all
    select 'exchange_rates' as entity, _source, count(distinct _record_id) as logged_count
    from {{ source('odoo', 'res_currency_rate') }}
    group by _source
    union all
    select 'exchange_rates' as entity, _source, count(distinct _record_id) as logged_count
    from {{ source('odoo', 'res_company') }}
    group by _source
),

final as (
    select
        'odoo' as source_system,
        _source as source_instance,
        entity,
        sum(logged_count) as logged_count
    from counted
    group by _source, entity
)

select * from final
