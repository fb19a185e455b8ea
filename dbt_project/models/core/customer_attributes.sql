{{ config(materialized='view') }}
with

customer_values as (
    select * from {{ ref('int_customers__values') }}
),

placed as (
    select
        *,
        row_number() over (best_first) as place,
        first_value(is_winner) over (best_first) as has_winner,
        first_value(pin_rank) over (best_first) is not null as has_pin,
        lead(lost_by) over (best_first) as next_lost_by,
        {{ split_part('said_by', "'|'", 1) }} as source_system,
        {{ split_part('said_by', "'|'", 2) }} as source_instance,
        {{ split_part('said_by', "'|'", 3) }} as entity
    from customer_values
    window best_first as (
        partition by customer_id, attribute order by pin_rank nulls last, unit_rank
    )
),

final as (
    select
        customer_id,
        attribute,
        value,
        is_winner,
        -- where the record that speaks for a whole address leaves a part of it empty, no value of that part is first
        cast(place + case when has_winner then 0 else 1 end as integer) as value_rank,
        case
            when has_pin then 'pinned'
            when unit_rank > 1 then lost_by
            else coalesce(next_lost_by, 'only_value')
        end as decided_by,
        pin_rank is not null as is_pinned,
        cast(record_count as integer) as record_count,
        source_system,
        source_instance,
        entity,
        substr(said_by, length(source_system || source_instance || entity) + 4) as source_record_id,
        last_said_at
    from placed
)

select * from final
