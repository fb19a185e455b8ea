with

owners as (
    select * from {{ ref('int_opportunities__owned') }}
),

final as (
    select
        {{ record_id() }} as opportunity_id,
        owner_user_id,
        source_system,
        source_instance,
        source_record_id,
        owner_user_record_id,
        valid_from_at,
        valid_to_at,
        known_from_at,
        valid_to_at is null as is_current
    from owners
)

select * from final
