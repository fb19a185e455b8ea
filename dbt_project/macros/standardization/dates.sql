{# Dates. #}

{# A day on which somebody known at `known_at` may have been born. #}
{% macro plausible_birth_date(birth_date, known_at) -%}
    case
        when
            {{ birth_date }} > {{ known_at }}
            or extract(year from {{ known_at }}) - extract(year from {{ birth_date }}) > 120 then null
        else {{ birth_date }}
    end
{%- endmacro %}
