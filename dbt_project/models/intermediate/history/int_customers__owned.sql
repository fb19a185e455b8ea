-- who owns each customer today
with

assigned as (
    select * from {{ ref('base_identity__assignments') }}
),

priorities as (
    select * from {{ ref('source_priorities') }}
),

users as (
    select * from {{ ref('int_users__unioned') }}
),

said as (
    {% for entity in ['accounts', 'contacts', 'leads'] %}
    select
        source_system, source_instance, '{{ entity }}' as entity, source_record_id, owner_user_record_id,
        modified_at as said_at, is_deleted, {{ record_id("'" ~ entity ~ "'") }} as said_by
    from {{ ref('int_' ~ entity ~ '__unioned') }}
    where owner_user_record_id is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

records as (
    select
        said.*,
        coalesce(priorities.priority, 100) as priority
    from said
    left join priorities on said.source_system = priorities.source_system
),

ranked as (
    select
        assigned.customer_id,
        records.source_system,
        records.source_instance,
        records.owner_user_record_id,
        row_number() over (partition by assigned.customer_id order by {{ owner_order('records') }}) as owner_rank
    from records
    inner join assigned
        on
            records.source_system = assigned.source_system
            and records.source_instance = assigned.source_instance
            and records.entity = assigned.entity
            and records.source_record_id = assigned.source_record_id
),

final as (
    select
        ranked.customer_id,
        {{ record_id(alias='users') }} as owner_user_id
    from ranked
    {{ join_user('ranked', 'owner_user_record_id') }}
    where ranked.owner_rank = 1
)

select * from final
