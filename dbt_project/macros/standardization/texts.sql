{# What every compared form starts from. Display values are never changed. #}

{# Lower case without accents and apostrophes; the German spellings ae oe ue ss fold into a o u s. #}
{% macro folded(text) -%}
    {{ replace_all(without_accents(letters_replaced('replace(lower(' ~ text ~ "), 'ß', 'ss')", 'øæœłđıð’`´\'\'', 'oaoldid')), '([aou])e', '\\1') }}
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

{# A country's, tax or register number: letters and digits; NULL with fewer than four digits or one digit repeated. #}
{% macro official_id_key(text) -%}
    {%- set key = 'upper(' ~ replace_all(text, '[^\\p{L}\\p{N}]+') ~ ')' -%}
    {%- set digits = replace_all(text, '[^0-9]+') -%}
    case when length({{ digits }}) >= 4 and not {{ is_one_character(digits) }} then {{ key }} end
{%- endmacro %}
