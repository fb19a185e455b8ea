{# Values that say nothing. The CTE `placeholders` of the model holds them for each customer_type and key_type; those of
   int_placeholders__listed for each match_on as well. #}

{# Whether the CTE holds a compared value, or the part of it that `match_on` speaks of; NULL of NULL. #}
{% macro is_placeholder(value, key_type, match_on=none) -%}
    (customer_type, {{ value }}) in (
                select customer_type, key_value from placeholders
                where key_type = '{{ key_type }}'{{ " and match_on = '" ~ match_on ~ "'" if match_on }}
            )
{%- endmacro %}

{# `result`, or the compared value itself, but NULL where the value is a placeholder. #}
{% macro told(value, key_type, match_on=none, result=none) -%}
    case when {{ is_placeholder(value, key_type, match_on) }} then null else {{ result or value }} end
{%- endmacro %}

{% macro told_email(email) -%}
    case
            when {{ is_placeholder(email, 'email', 'value') }} then null
            when {{ is_placeholder(email_mailbox(email), 'email', 'mailbox') }} then null
            when {{ is_placeholder(email_domain(email), 'email', 'domain') }} then null
            else {{ email }}
        end
{%- endmacro %}

{% macro told_phone(phone) -%}
    case
            when {{ is_placeholder(national_digits(phone), 'phone', 'national') }} then null
            else {{ phone }}
        end
{%- endmacro %}

{# A domain, NULL where others than its owner use it: those of the CTE `public_domains` too. #}
{% macro told_domain(domain) -%}
    case
            when {{ domain }} in (select domain from public_domains) or {{ is_placeholder(domain, 'domain') }} then null
            else {{ domain }}
        end
{%- endmacro %}
