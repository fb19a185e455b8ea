-- what the lake has seen is in a mart, deleted, merged or left out for a reason: nothing is lost on the way
select *
from {{ ref('record_reconciliation') }}
where unaccounted_count <> 0
