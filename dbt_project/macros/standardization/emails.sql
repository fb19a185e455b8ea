{# E-mail addresses. #}

{# The first address of a text, in lower case; NULL if there is none. #}
{% macro email_address(text) -%}
    nullif({{ extracted('lower(' ~ text ~ ')', '[^@\\s<>()\\[\\],;:"]+@[^@\\s<>()\\[\\],;:"]+\\.\\p{L}[\\p{L}\\p{N}-]+') }}, '')
{%- endmacro %}

{% macro email_mailbox(address) -%}
    {{ split_part(address, "'@'", 1) }}
{%- endmacro %}

{% macro email_domain(address) -%}
    {{ split_part(address, "'@'", 2) }}
{%- endmacro %}

{# The one form of an address: what its provider (a row of the seed public_domains, or none) leaves out is left out. #}
{% macro email_key(address, provider) -%}
    {%- set untagged = 'case when ' ~ provider ~ '.ignores_tags then ' ~ replace_all(email_mailbox(address), '\\+.*')
        ~ ' else ' ~ email_mailbox(address) ~ ' end' -%}
    case when {{ provider }}.ignores_dots then replace({{ untagged }}, '.', '') else {{ untagged }} end
    || '@' || coalesce({{ provider }}.mailbox_domain, {{ email_domain(address) }})
{%- endmacro %}
