select one as from_type, hub_id(one_id) as from_id, two as to_type, hub_id(two_id) as to_id, 'HUBSPOT_DEFINED' as category, 1 as type_id,
    null as label,
from branch.links
union all
select two, hub_id(two_id), one, hub_id(one_id), 'HUBSPOT_DEFINED', 2, null from branch.links
