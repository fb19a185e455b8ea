{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- the stage a deal began in is the old value of its first change
with

told as (
    select * from {{ ref('base_odoo__tracked_values') }}
),

deals as (
    select _source, id, create_date as began_at from {{ source('odoo', 'crm_lead') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

stages as (
    select * from {{ ref('base_odoo__stages') }}
),

-- archiving is losing; what is restored is in the stage that it was in
named as (
    select
        told.*,
        case
            when told.field_name = 'stage_id' then coalesce(stages.stage_name, told.new_value_char)
        end as new_stage_name,
        case
            when told.field_name = 'stage_id' then coalesce(old_stages.stage_name, told.old_value_char)
        end as old_stage_name
    from told
    left join stages
        on
            told._source = stages._source
            and told.new_value_integer = stages.id
    left join stages as old_stages
        on
            told._source = old_stages._source
            and told.old_value_integer = old_stages.id
),

reached as (
    select
        *,
        coalesce(
            last_value(new_stage_name ignore nulls) over changes_until_now,
            first_value(old_stage_name ignore nulls) over all_changes
        ) as reached_stage_name,
        first_value(old_stage_name ignore nulls) over all_changes as first_stage_name,
        row_number() over (partition by _source, res_id order by changed_at, id) as change_number
    from named
    window
        changes_until_now as (
            partition by _source, res_id order by changed_at, id rows between unbounded preceding and current row
        ),
        all_changes as (
            partition by _source, res_id order by changed_at, id
            rows between unbounded preceding and unbounded following
        )
),

visits as (
    select
        *,
        _record_id as change_record_id,
        case
            when field_name = 'active' and new_value_integer = 0 then 'Lost' else reached_stage_name
        end as stage_name,
        changed_at as entered_at
    from reached
    union all
    select
        reached.*,
        'crm.lead,' || cast(reached.res_id as varchar),
        reached.first_stage_name,
        coalesce(least(deals.began_at, reached.changed_at), reached.changed_at)
    from reached
    left join deals
        on
            reached._source = deals._source
            and reached.res_id = deals.id
    where reached.change_number = 1
),

final as (
    select
        'odoo' as source_system,
        _source as source_instance,
        change_record_id as source_record_id,
        cast(res_id as varchar) as opportunity_record_id,
        stage_name,
        lag(stage_name) over (
            partition by _source, res_id
            order by entered_at, change_record_id <> 'crm.lead,' || cast(res_id as varchar), id
        )
            as previous_stage_name,
        cast(null as decimal(18, 2)) as amount,
        cast(null as decimal(9, 4)) as probability_rate,
        cast(null as date) as close_date,
        entered_at as changed_at,
        create_date as created_at,
        write_date as modified_at,
        {{ record_state() }}
    from visits
)

select * from final
