{# The lifecycle of customers: the rules themselves are the variables `lifecycle` of dbt_project.yml. #}

{# Days of silence after which a customer is `at_risk` or counts as a `lapse`: a multiple of their own mean gap between
   orders, not below and not above what is sensible. Reads order_span_days and gap_count; no gap yet means the minimum. #}
{% macro silence_days(state) -%}
    {%- set rules = var('lifecycle') -%}
    cast(least(
            greatest(
                {{ rules[state ~ '_min_days'] }},
                case
                    when gap_count > 0
                        then {{ integer_quotient(rules[state ~ '_gap_multiple'] ~ ' * order_span_days', 'gap_count') }}
                    else 0
                end
            ),
            {{ rules[state ~ '_max_days'] }}
        ) as integer)
{%- endmacro %}

{# The state of a customer at the end of `day`, given a row of what was known by then. The first that holds. #}
{% macro lifecycle_status(day) -%}
    {%- set rules = var('lifecycle') -%}
    {%- set silence = datediff('active_to_date', day, 'day') -%}
    case
            when first_purchase_date is null then 'prospect'
            when {{ silence }} > lapse_days + {{ rules['lost_days'] }} then 'lost'
            when {{ silence }} > lapse_days then 'lapsed'
            when {{ datediff('returned_date', day, 'day') }} <= {{ rules['won_back_days'] }} then 'won_back'
            when {{ datediff('first_purchase_date', day, 'day') }} <= {{ rules['new_days'] }} then 'new'
            when {{ silence }} > at_risk_days then 'at_risk'
            else 'active'
        end
{%- endmacro %}

{# How far a lapse has come in days since it began; those that have reached the same step are alike. #}
{% macro lapse_step(days) -%}
    greatest(
            {%- for step in var('win_back')['steps'] %}
            case when {{ days }} >= {{ step }} then {{ step }} else 0 end{{ ',' if not loop.last }}
            {%- endfor %}
        )
{%- endmacro %}

{# Customers alike by how often they had ordered. #}
{% macro order_habit(order_count) -%}
    case when {{ order_count }} >= 5 then 'five or more' when {{ order_count }} >= 2 then 'two to four' else 'one' end
{%- endmacro %}
