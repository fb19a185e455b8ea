{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- the history says which stage was left, and when: the one entered is the next that was left, or the deal's own of
-- today. A deal's own row is the stage it was made in
with

potentials as (
    select * from {{ source('vtiger', 'vtiger_potential') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

exits as (
    select * from {{ source('vtiger', 'vtiger_potstagehistory') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

deals as (
    select
        {{ record_keys('vtiger') }},
        cast(potentialid as varchar) as opportunity_record_id,
        {{ decoded('sales_stage') }} as sales_stage,
        cast(amount as decimal(18, 2)) as amount,
        cast(probability * 0.01 as decimal(9, 4)) as probability_rate,
        closingdate as close_date,
        {{ in_utc('createdtime') }} as created_at,
        {{ in_utc('modifiedtime') }} as modified_at,
        {{ record_state() }}
    from potentials
),

moves as (
    select
        {{ record_keys('vtiger') }},
        cast(potentialid as varchar) as opportunity_record_id,
        {{ decoded('stage') }} as previous_stage_name,
        lead({{ decoded('stage') }}) over (
            partition by _source, potentialid, _op order by lastmodified, historyid
        ) as next_stage_name,
        row_number() over (partition by _source, potentialid, _op order by lastmodified, historyid) as move_number,
        cast(amount as decimal(18, 2)) as amount,
        cast(probability * 0.01 as decimal(9, 4)) as probability_rate,
        closedate as close_date,
        {{ in_utc('lastmodified') }} as changed_at,
        {{ record_state() }}
    from exits
),

changes as (
    select
        {{ all_columns_but(['next_stage_name', 'move_number'], 'moves') }},
        coalesce(moves.next_stage_name, deals.sales_stage) as stage_name,
        moves.changed_at as created_at,
        moves.changed_at as modified_at
    from moves
    left join deals
        on
            moves.source_instance = deals.source_instance
            and moves.opportunity_record_id = deals.opportunity_record_id
),

beginnings as (
    select
        {{ all_columns_but(
            ['source_record_id', 'sales_stage', 'amount', 'probability_rate', 'close_date'], 'deals'
        ) }},
        -- a number of its own among those of the history
        'made|' || deals.source_record_id as source_record_id,
        coalesce(moves.previous_stage_name, deals.sales_stage) as stage_name,
        cast(null as varchar) as previous_stage_name,
        case when moves.move_number is null then deals.amount end as amount,
        case when moves.move_number is null then deals.probability_rate end as probability_rate,
        case when moves.move_number is null then deals.close_date end as close_date,
        deals.created_at as changed_at
    from deals
    left join moves
        on
            deals.source_instance = moves.source_instance
            and deals.opportunity_record_id = moves.opportunity_record_id
            and moves.move_number = 1
            and not moves.is_deleted
),

final as (
    {{ union_by_name(['changes', 'beginnings']) }}
)

select * from final
