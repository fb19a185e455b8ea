-- a source that keeps no stage history of a deal still shows its stages in the states we have read
with

opportunities as (
    select * from {{ ref('fct_opportunities') }}
),

changes as (
    select * from {{ ref('int_opportunity_stage_changes__unioned') }}
    where not is_deleted and changed_at is not null
),

versions as (
    select * from {{ ref('int_opportunities__versions') }}
),

owners as (
    select * from {{ ref('int_opportunities__owned') }}
),

told as (
    select
        source_system, source_instance, opportunity_record_id, stage_name, amount, probability_rate, close_date,
        changed_at,
        row_number() over (
            partition by source_system, source_instance, opportunity_record_id order by changed_at, source_record_id
        ) as version_number
    from changes
),

seen as (
    select
        versions.source_system, versions.source_instance, versions.source_record_id, versions.stage_name,
        versions.amount, versions.probability_rate, versions.close_date, versions.valid_from_at,
        versions.version_number
    from versions
    left join told
        on
            versions.source_system = told.source_system
            and versions.source_instance = told.source_instance
            and versions.source_record_id = told.opportunity_record_id
            and told.version_number = 1
    where told.opportunity_record_id is null and not versions.is_deleted
),

moves as (
    select * from told
    union all
    select * from seen
),

identified as (
    select
        opportunities.opportunity_id,
        opportunities.customer_id,
        opportunities.source_system,
        opportunities.source_instance,
        opportunities.source_record_id,
        opportunities.currency_code,
        opportunities.is_deleted,
        moves.stage_name,
        moves.amount,
        moves.probability_rate,
        moves.close_date,
        moves.version_number,
        moves.changed_at as entered_at,
        lead(moves.changed_at) over (partition by opportunities.opportunity_id order by moves.version_number)
            as left_at
    from moves
    inner join opportunities
        on
            moves.source_system = opportunities.source_system
            and moves.source_instance = opportunities.source_instance
            and moves.opportunity_record_id = opportunities.source_record_id
),

visits as (
    {{ unchanged_periods('identified', 'opportunity_id', ['stage_name'], 'entered_at', 'left_at') }}
),

final as (
    select
        visits.opportunity_id,
        visits.customer_id,
        owners.owner_user_id,
        cast(
            row_number() over (partition by visits.opportunity_id order by visits.version_number) as integer
        ) as visit_number,
        visits.stage_name,
        visits.entered_at,
        visits.left_at,
        visits.amount,
        visits.currency_code,
        visits.probability_rate,
        visits.close_date,
        visits.left_at is null as is_current,
        visits.is_deleted
    from visits
    {{ join_owner('visits', 'source_record_id', 'visits.entered_at') }}
)

select * from final
