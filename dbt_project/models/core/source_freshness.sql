with

windows as (
    select * from {{ ref('base_ingest__windows') }}
),

-- a window that read an old period again does not take the source back
final as (
    select
        source_system,
        source_instance,
        source_object,
        max(window_until) as fresh_until
    from windows
    group by source_system, source_instance, source_object
)

select * from final
