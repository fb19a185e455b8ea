{# The forms in which names, e-mails, phones and addresses are compared. Display values are never changed. #}

{# Letters and digits only, lower case, without accents; the German spellings ae oe ue ss fold into a o u s. #}
{% macro text_key(text) -%}
    nullif({{ replace_all(replace_all(without_accents('lower(' ~ replace_all(text, 'ß', 'ss') ~ ')'), '([aou])e', '\\1'), '[^\\p{L}\\p{N}]+') }}, '')
{%- endmacro %}

{# A mailbox: lower case, no +tag, gmail's other name folded; NULL if it is no address at all. #}
{% macro email_key(email) -%}
    case when {{ matches('trim(' ~ email ~ ')', '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$') }}
        then {{ replace_all(replace_all('lower(trim(' ~ email ~ '))', '\\+[^@]*@', '@'), '@googlemail\\.com$', '@gmail.com') }} end
{%- endmacro %}

{# The last nine digits, which country and trunk prefixes do not reach; NULL under seven digits. #}
{% macro phone_key(phone) -%}
    {%- set digits = replace_all(replace_all(phone, '[^0-9]+'), '^0+') -%}
    case when length({{ digits }}) >= 7 then right({{ digits }}, 9) end
{%- endmacro %}

{# A street and its postal code; NULL unless both are known. #}
{% macro address_key(street, postal_code) -%}
    {{ text_key(replace_all('lower(' ~ street ~ ')', '(straße|strasse|str\\.|street|st\\.)', 'st')) }} || '|' || {{ text_key(postal_code) }}
{%- endmacro %}

{# An organization's name without its legal form. #}
{% macro organization_key(name) -%}
    {{ text_key(replace_all('lower(' ~ name ~ ')', '\\b(gmbh|mbh|ag|kg|ohg|ug|se|inc|llc|ltd|plc|corp|corporation|co|company|limited|sarl|sas|sa|srl|spa|bv|nv|ab|oy|as)\\b')) }}
{%- endmacro %}
