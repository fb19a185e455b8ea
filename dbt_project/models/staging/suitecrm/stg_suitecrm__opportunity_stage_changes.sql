{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- the audit keeps changes only: the stage that a deal was made in is what the first one changed. A deal without changes
-- enters none here
with

logged_changes as (
    select * from {{ source('suitecrm', 'opportunities_audit') }}
    where field_name = 'sales_stage'
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

logged_opportunities as (
    select * from {{ source('suitecrm', 'opportunities') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

changes as (
    select
        {{ record_keys('suitecrm') }},
        parent_id as opportunity_record_id,
        {{ decoded('after_value_string') }} as stage_name,
        {{ decoded('before_value_string') }} as previous_stage_name,
        date_created as changed_at,
        date_created as created_at,
        date_created as modified_at,
        {{ record_state() }}
    from logged_changes
),

first_changes as (
    select * from changes
    qualify
        row_number() over (
            partition by source_instance, opportunity_record_id order by changed_at, source_record_id
        ) = 1
),

opportunities as (
    select
        {{ record_keys('suitecrm') }},
        _record_id as opportunity_record_id,
        date_entered as created_at,
        date_modified as modified_at,
        {{ record_state() }}
    from logged_opportunities
),

beginnings as (
    select
        opportunities.*,
        first_changes.previous_stage_name as stage_name,
        cast(null as varchar) as previous_stage_name,
        case when first_changes.opportunity_record_id is not null then opportunities.created_at end as changed_at
    from opportunities
    left join first_changes
        on
            opportunities.source_instance = first_changes.source_instance
            and opportunities.opportunity_record_id = first_changes.opportunity_record_id
),

moves as (
    {{ union_by_name(['changes', 'beginnings']) }}
),

final as (
    select
        *,
        cast(null as decimal(18, 2)) as amount,
        cast(null as decimal(9, 4)) as probability_rate,
        cast(null as date) as close_date
    from moves
)

select * from final
