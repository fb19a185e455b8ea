{# Addresses. #}

{# A street without who it is care of, and without the flat, floor or suite. #}
{% macro street_without_unit(street) -%}
    {%- set begin = '(^|[\\s,;])' -%}
    {%- set ground = replace_all('lower(' ~ street ~ ')', begin ~ 'c\\s*/\\s*o\\b[^,;\\n]*', ' ') -%}
    {%- set named = replace_all(ground, begin
        ~ '(apartment|appartement|apt|app|suite|ste|unit|flat|room|rm|floor|level|top|stiege|stg|tür|tuer|whg|wohnung|zimmer)'
        ~ '[.:]?\\s*(no\\.?|nr\\.?|#)?\\s*([0-9]+[a-z]?|[a-z][0-9]+|[a-z]$|[a-z],)', ' ') -%}
    {%- set floored = replace_all(named, begin ~ '[0-9]+\\s*(\\.|st|nd|rd|th)?\\s*(floor|fl|stock|og|etage|obergeschoss)\\b', ' ') -%}
    {%- set numbered = replace_all(floored, '#\\s*[0-9a-z]+', ' ') -%}
    {{ replace_all(replace_all(numbered, '^\\s*[0-9]+[a-z]?\\s*/\\s*([0-9]+\\s)', '\\1'), '([0-9][a-z]?)\\s*/[\\s0-9a-z/-]*$', '\\1') }}
{%- endmacro %}

{# A street as words, endings like -strasse spelled one way. #}
{% macro street_text(street) -%}
    {%- set text = spaced(street) -%}
    {{ replace_all(replace_all(replace_all(text, '(strasse|straat|str)\\b', 'st'), 'platz\\b', 'pl'), 'gasse\\b', 'g') }}
{%- endmacro %}

{# The key of a street from its words, each spelled one way; a house number goes behind the name. #}
{% macro street_key(words) -%}
    nullif(
        case
            when {{ matches(element(words, 1), '^[0-9]+[a-z]?$') }}
                then {{ joined(elements_from(words, 2)) }} || {{ element(words, 1) }}
            else {{ joined(words) }}
        end, ''
    )
{%- endmacro %}

{# Letters and digits of a postal code: without the country's letters, a US code without its extension, and with the
   leading zero that spreadsheets drop. #}
{% macro postal_code_key(postal_code, country) -%}
    {%- set plain = replace_all('lower(' ~ postal_code ~ ')', '[^a-z0-9]+') -%}
    {%- set local = replace_all(plain, '^(d|de|a|at|ch|li|f|fr|i|it|nl|b|be|dk|es|pl|cz|l|lu|s|se|n|no|fi|us)([0-9]{4,5}|[0-9]{9})$', '\\2') -%}
    nullif(
        case
            when {{ country }} = 'US' or {{ matches(postal_code, '^\\s*[0-9]{5}-[0-9]{4}\\s*$') }} then lpad(left({{ local }}, 5), 5, '0')
            when {{ country }} in ('DE', 'FR', 'IT', 'ES') and length({{ local }}) = 4 then '0' || {{ local }}
            else {{ local }}
        end, ''
    )
{%- endmacro %}

{# Letters of a city; Saint and Sankt are St. #}
{% macro city_key(city) -%}
    nullif({{ replace_all(replace_all(spaced(city), '\\b(saint|sankt)\\b', 'st'), '[\\s0-9]+') }}, '')
{%- endmacro %}
