{# Exact money: whole numbers only, so that a cent is never lost to a float. Ties round away from zero. #}

{# numerator / denominator of whole numbers, rounded half up; the denominator must be positive. #}
{% macro divide_half_up(numerator, denominator) -%}
    (sign({{ numerator }}) * {{ integer_quotient('2 * abs(' ~ numerator ~ ') + ' ~ denominator, '2 * ' ~ denominator) }})
{%- endmacro %}

{# amount decimal(18,2) × to_rate / from_rate, rates decimal(18,8) in units per corporate unit; NULL without a rate. #}
{% macro convert_amount(amount, from_rate, to_rate) -%}
    {%- set cents = wide_integer('cast(' ~ amount ~ ' as decimal(28, 2)) * 100') -%}
    {%- set numerator = '(' ~ cents ~ ' * ' ~ wide_integer('cast(' ~ to_rate ~ ' as decimal(28, 8)) * 100000000') ~ ')' -%}
    cast(cast({{ divide_half_up(numerator, wide_integer('cast(' ~ from_rate ~ ' as decimal(28, 8)) * 100000000')) }} as decimal(20, 0)) * 0.01 as decimal(18, 2))
{%- endmacro %}

{# The day the warehouse speaks of. #}
{% macro as_of() -%}
    cast('{{ var("as_of") }}' as date)
{%- endmacro %}

{# amount decimal(…, 2) / a whole number, to the cent; NULL when there is nothing to divide by. #}
{% macro average_amount(amount, count) -%}
    case when {{ count }} > 0 then
            cast(cast({{ divide_half_up(wide_integer('cast(' ~ amount ~ ' as decimal(28, 2)) * 100'), wide_integer(count)) }} as decimal(20, 0)) * 0.01 as decimal(18, 2))
        end
{%- endmacro %}

{# The currency a record of a change log states, else that of its source: see the option `currency` of crm_sources.yaml. #}
{% macro currency_of(column) -%}
    {%- set currencies = var('source_currencies') -%}
    {%- if currencies -%}
    coalesce({{ column }}, case _source {% for source in currencies %}when '{{ source }}' then '{{ currencies[source] }}' {% endfor %}end)
    {%- else -%}
    {{ column }}
    {%- endif -%}
{%- endmacro %}

{# An amount in the reporting currency, at the rates of a joined row of int_exchange_rates__applied; NULL without one. #}
{% macro reporting_amount(amount, currency, rates) -%}
    case
            when {{ currency }} = '{{ var("reporting_currency") }}' then {{ amount }}
            else {{ convert_amount(amount, rates ~ '.from_rate', rates ~ '.to_rate') }}
        end
{%- endmacro %}

{# An amount in the reporting currency, at the rate the plan was made with: units per reporting unit; NULL without one. #}
{% macro plan_amount(amount, currency) -%}
    {%- set plan_rates = var('plan_rates') -%}
    case
            when {{ currency }} = '{{ var("reporting_currency") }}' then {{ amount }}
            {%- for code in plan_rates %}
            when {{ currency }} = '{{ code }}' then {{ convert_amount(amount, plan_rates[code], '1') }}
            {%- endfor %}
        end
{%- endmacro %}

{# part / whole as a rate with four digits; NULL when there is no whole. #}
{% macro rate_of(part, whole) -%}
    cast(case when {{ whole }} > 0 then ({{ part }}) / ({{ whole }}) end as decimal(18, 4))
{%- endmacro %}

{# Whole cents as an amount. #}
{% macro amount_of_cents(cents) -%}
    cast(cast({{ cents }} as decimal(20, 0)) * 0.01 as decimal(18, 2))
{%- endmacro %}
