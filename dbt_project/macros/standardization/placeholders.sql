{# Whether int_customers__placeholders, the CTE `placeholders` of the model, holds a compared value, or the part of it that
   `match_on` speaks of, for the row's `customer_type`; NULL of NULL. #}
{% macro is_placeholder(value, key_type, match_on='value') -%}
    (customer_type, {{ value }}) in (
                select customer_type, key_value from placeholders
                where key_type = '{{ key_type }}' and match_on = '{{ match_on }}'
            )
{%- endmacro %}

{# A compared value, NULL where it is a placeholder. #}
{% macro told(value, key_type) -%}
    case when {{ is_placeholder(value, key_type) }} then null else {{ value }} end
{%- endmacro %}

{% macro told_email(email) -%}
    case
            when {{ is_placeholder(email, 'email') }} then null
            when {{ is_placeholder(email_mailbox(email), 'email', 'mailbox') }} then null
            when {{ is_placeholder(email_domain(email), 'email', 'domain') }} then null
            else {{ email }}
        end
{%- endmacro %}

{% macro told_phone(phone) -%}
    case
            when {{ is_placeholder(phone, 'phone') }} then null
            when {{ is_placeholder(national_digits(phone), 'phone', 'national') }} then null
            else {{ phone }}
        end
{%- endmacro %}
