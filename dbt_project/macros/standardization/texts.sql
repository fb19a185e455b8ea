{# What every compared form starts from. Display values are never changed, but for `decoded`. #}

{# Lower case without accents and apostrophes; the German spellings ae oe ue ss fold into a o u s. #}
{% macro folded(text) -%}
    {%- set lower = 'lower(' ~ text ~ ')' -%}
    {%- set plain -%}
        case
            when {{ is_ascii(text) }} then replace({{ lower }}, '''', '')
            else {{ without_accents(letters_replaced('replace(' ~ lower ~ ", 'ß', 'ss')", 'øæœłđıð’`´\'\'', 'oaoldid')) }}
        end
    {%- endset -%}
    {{ replace_all(plain, '([aou])e', '\\1') }}
{%- endmacro %}

{# Letters and digits only; NULL where there are none. #}
{% macro text_key(text) -%}
    nullif({{ replace_all(folded(text), '[^\\p{L}\\p{N}]+') }}, '')
{%- endmacro %}

{# Words of letters and digits, apart by single blanks. #}
{% macro spaced(text) -%}
    trim({{ replace_all(folded(text), '[^\\p{L}\\p{N}]+', ' ') }})
{%- endmacro %}

{# Whether all characters are the same: a form filled in to get past it. #}
{% macro is_one_character(text) -%}
    replace({{ text }}, left({{ text }}, 1), '') = ''
{%- endmacro %}

{# A country's name or code: codes are many, and as they are. #}
{% macro country_key(country) -%}
    case when length({{ country }}) = 2 then lower({{ country }}) else {{ text_key(country) }} end
{%- endmacro %}

{# A tax, register or national number: letters and digits; NULL with fewer than four digits or one digit repeated. #}
{% macro official_id_key(text) -%}
    {%- set digits = replace_all(text, '[^0-9]+') -%}
    case
        when length({{ digits }}) >= 4 and not {{ is_one_character(digits) }}
            then upper({{ replace_all(text, '[^\\p{L}\\p{N}]+') }})
    end
{%- endmacro %}

{# A record's own two values and those of its contact points: known ones, each once and sorted; NULL when there are none. #}
{% macro with_points(first, second, points) -%}
    case
            when {{ points }} is not null
                then {{ sorted_set(both_lists(list_of([first, second]), points)) }}
            else {{ set_of_two(first, second) }}
        end
{%- endmacro %}

{# A text that an application keeps encoded for HTML, as it was entered; NULL where it is empty. `&amp;` comes last: what
   it yields is no beginning of another entity. #}
{% macro decoded(text) -%}
    {%- set entities = {'&lt;': '<', '&gt;': '>', '&quot;': '"', '&#039;': "''", '&#39;': "''", '&nbsp;': ' ', '&amp;': '&'} -%}
    nullif({{ 'replace(' * (entities | length) }}{{ text }}
        {%- for entity, letter in entities.items() %}, '{{ entity }}', '{{ letter }}'){% endfor %}, '')
{%- endmacro %}
