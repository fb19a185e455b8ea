{%- for source_system in source_types() %}
select source_system, source_instance, entity, quarantined_count
from {{ ref('base_' ~ source_system ~ '__quarantined_records') }}
{% if not loop.last %}union all{% endif %}
{%- endfor %}
