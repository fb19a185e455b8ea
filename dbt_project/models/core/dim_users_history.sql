with

versions as (
    select * from {{ ref('int_users__versions') }}
),

users as (
    select * from {{ ref('int_users__unioned') }}
),

periods as (
    {{ unchanged_periods('versions', 'source_system, source_instance, source_record_id',
        ['user_name', 'manager_user_record_id', 'is_active', 'is_deleted']) }}
),

final as (
    select
        {{ record_id(alias='periods') }} as user_id,
        {{ record_id(alias='users') }} as manager_user_id,
        periods.source_system,
        periods.source_instance,
        periods.source_record_id,
        periods.user_name,
        periods.is_active,
        periods.is_deleted,
        periods.valid_from_at,
        periods.valid_to_at,
        periods.known_from_at,
        periods.valid_to_at is null as is_current
    from periods
    {{ join_user('periods', 'manager_user_record_id') }}
)

select * from final
