{%- for source_system in source_types() %}
select source_system, source_instance, entity, logged_count
from {{ ref('base_' ~ source_system ~ '__logged_records') }}
{% if not loop.last %}union all{% endif %}
{%- endfor %}
