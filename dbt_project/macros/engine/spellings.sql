{# What engines spell differently. Everything else in the project is SQL that DuckDB and Spark share. #}

{# Every column of the relation except those named. Spark: `* except (…)`. #}
{% macro all_columns_but(columns) -%}
    * exclude ({{ columns | join(', ') }})
{%- endmacro %}

{# Replaces every match. Spark replaces all without a flag. #}
{% macro replace_all(text, pattern, replacement='') -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{# Letters without their accents: é → e, ü → u. #}
{% macro without_accents(text) -%}
    strip_accents({{ text }})
{%- endmacro %}

{# Whether the text contains a match. Spark: `rlike`. #}
{% macro matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{# A whole number wide enough for cents × rate. Spark: `decimal(38, 0)`. #}
{% macro wide_integer(number) -%}
    cast({{ number }} as hugeint)
{%- endmacro %}

{# Integer quotient, rounded towards zero. Spark: `div`. #}
{% macro integer_quotient(numerator, denominator) -%}
    (({{ numerator }}) // ({{ denominator }}))
{%- endmacro %}

{# The calendar day, in the reporting zone, of a UTC timestamp. Spark: `from_utc_timestamp`. #}
{% macro reporting_date(timestamp_utc) -%}
    cast(timezone('{{ var("reporting_time_zone") }}', timezone('UTC', {{ timestamp_utc }})) as date)
{%- endmacro %}

{# The UTC timestamp at which a calendar day begins in the reporting zone. Spark: `to_utc_timestamp`. #}
{% macro reporting_day_start(date) -%}
    timezone('UTC', timezone('{{ var("reporting_time_zone") }}', cast({{ date }} as timestamp)))
{%- endmacro %}

{# The first word of a name; words end at a blank or a hyphen.  #}
{% macro first_word(text) -%}
    regexp_extract(trim({{ text }}), '^([^\s-]+)', 1)
{%- endmacro %}

{# The last word of a name, and all before it. #}
{% macro last_word(text) -%}
    nullif(regexp_extract(trim({{ text }}), '([^\s]+)$', 1), '')
{%- endmacro %}

{% macro first_words(text) -%}
    nullif(regexp_extract(trim({{ text }}), '^(.*\S)\s+\S+$', 1), '')
{%- endmacro %}

{# The relation with columns that an instance may lack (custom fields): NULL where they are missing. #}
{% macro with_optional_columns(relation, columns) -%}
    select * from {{ relation }}
    union all by name
    select {% for name, type in columns.items() %}cast(null as {{ type }}) as {{ name }}{{ ', ' if not loop.last }}{% endfor %} where false
{%- endmacro %}

{# One number for a set of distinct texts, whatever their order. Spark: `bit_xor(xxhash64(…))`. #}
{% macro hash_of_set(text) -%}
    bit_xor(hash({{ text }}))
{%- endmacro %}

{# Two values that are compared one after the other. Spark: `struct(…)`. #}
{% macro ordered_by(first, second) -%}
    row({{ first }}, {{ second }})
{%- endmacro %}
