{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- Odoo keeps neither dates nor costs of a campaign
with

logged as (
    select * from {{ source('odoo', 'utm_campaign') }}
    {{ latest_records() }}
),

phases as (
    select _source, id, {{ odoo_translation('name') }} as phase_name from {{ source('odoo', 'utm_stage') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

final as (
    select
        'odoo' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        coalesce({{ odoo_translation('logged.title') }}, {{ odoo_translation('logged.name') }}) as campaign_name,
        cast(null as varchar) as campaign_type,
        phases.phase_name as campaign_status,
        cast(null as date) as start_date,
        cast(null as date) as end_date,
        cast(null as decimal(18, 2)) as budgeted_cost_amount,
        cast(null as decimal(18, 2)) as actual_cost_amount,
        cast(null as varchar) as currency_code,
        logged.create_date as created_at,
        logged.write_date as modified_at,
        {{ record_state() }}
    from logged
    left join phases
        on
            logged._source = phases._source
            and logged.stage_id = phases.id
)

select * from final
