{# Keys of rows whose grain has no id of its own. #}

{# One text made of values, each of which may be missing. #}
{% macro row_key(values) -%}
    {% for value in values %}coalesce(cast({{ value }} as varchar), ''){{ " || '|' || " if not loop.last }}{% endfor %}
{%- endmacro %}
