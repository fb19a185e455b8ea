-- a window that set rows aside for want of a key left at least one of them in the rejects of its object
select windows.*
from {{ ref('base_ingest__windows') }} as windows
left join {{ ref('base_ingest__keyless_rows') }} as kept
    on
        windows.source_system = kept.source_system
        and windows.source_instance = kept.source_instance
        and windows.source_object = kept.source_object
where windows.rows_rejected > 0 and kept.source_object is null
