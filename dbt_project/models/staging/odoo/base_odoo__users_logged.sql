{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('odoo', 'res_users') }}
),

partners as (
    select * from {{ ref('base_odoo__partners') }}
),

teams as (
    select _source, id, user_id as leader_id from {{ source('odoo', 'crm_team') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

final as (
    select
        'odoo' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        partners.partner_name as user_name,
        coalesce(nullif(partners.email, ''), logged.login) as email,
        case when teams.leader_id <> logged.id then cast(teams.leader_id as varchar) end as manager_user_record_id,
        coalesce(logged.active, true) as is_active,
        logged.create_date as created_at,
        logged.write_date as modified_at,
        {{ record_state() }}
    from logged
    left join partners
        on
            logged._source = partners._source
            and logged.partner_id = partners.id
    left join teams
        on
            logged._source = teams._source
            and logged.sale_team_id = teams.id
)

select * from final
