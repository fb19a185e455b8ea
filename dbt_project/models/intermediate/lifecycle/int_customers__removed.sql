-- customers none of whose records lives any longer; what was merged lives on in another record
with

accounts as (
    select * from {{ ref('int_accounts__unioned') }}
),

contacts as (
    select * from {{ ref('int_contacts__unioned') }}
),

leads as (
    select * from {{ ref('int_leads__unioned') }}
),

assigned as (
    select * from {{ ref('base_identity__assignments') }}
),

records as (
    {%- for entity in ['accounts', 'contacts', 'leads'] %}
    select
        source_system, source_instance, '{{ entity }}' as entity, source_record_id,
        is_deleted, deleted_at, delete_reason
    from {{ entity }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counted as (
    select
        assigned.customer_id,
        sum(case when records.is_deleted then 0 else 1 end) as living_count,
        sum(case when records.delete_reason = 'merged' then 0 else 1 end) as own_count,
        sum(case when records.delete_reason = 'erased' then 1 else 0 end) as erased_count,
        max(case when records.delete_reason = 'merged' then null else records.deleted_at end) as removed_at
    from assigned
    inner join records
        on
            assigned.source_system = records.source_system
            and assigned.source_instance = records.source_instance
            and assigned.entity = records.entity
            and assigned.source_record_id = records.source_record_id
    group by assigned.customer_id
),

final as (
    select
        customer_id,
        {{ reporting_date('removed_at') }} as removed_date,
        case when erased_count = own_count then 'erased' else 'lost' end as removed_status
    from counted
    where living_count = 0 and {{ reporting_date('removed_at') }} <= {{ as_of() }}
)

select * from final
