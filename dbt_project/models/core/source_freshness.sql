with

windows as (
    select * from {{ ref('base_ingest__windows') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by source_system, source_instance, source_object
            order by committed_at desc, window_until desc
        ) as recency
    from windows
),

-- a window that read an old period again does not take the source back
reached as (
    select
        source_system,
        source_instance,
        source_object,
        max(window_until) as fresh_until
    from windows
    group by source_system, source_instance, source_object
),

final as (
    select
        ranked.source_system,
        ranked.source_instance,
        ranked.source_object,
        reached.fresh_until,
        ranked.committed_at as last_loaded_at,
        ranked.rows_read as last_rows_read,
        ranked.rows_appended as last_rows_appended
    from ranked
    inner join reached
        on
            ranked.source_system = reached.source_system
            and ranked.source_instance = reached.source_instance
            and ranked.source_object = reached.source_object
    where ranked.recency = 1
)

select * from final
