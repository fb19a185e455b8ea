{# Trends: how amounts change from month to month. #}

{# Slope of the least-squares line through the last `months` amounts of a window of consecutive months, to the
   cent: (n·Σxy − Σx·Σy) / (n·Σx² − (Σx)²) in whole cents. NULL until there are that many. #}
{% macro trend_amount(amount, month, window, months) -%}
    {%- set over = 'over (' ~ window ~ ' rows between ' ~ (months - 1) ~ ' preceding and current row)' -%}
    {%- set y = wide_integer('cast(' ~ amount ~ ' as decimal(28, 2)) * 100') -%}
    {%- set x = datediff("cast('2000-01-01' as date)", month, 'month') -%}
    {%- set products = months ~ ' * sum(' ~ x ~ ' * ' ~ y ~ ') ' ~ over -%}
    {%- set sums = 'sum(' ~ x ~ ') ' ~ over ~ ' * sum(' ~ y ~ ') ' ~ over -%}
    case when count(*) {{ over }} = {{ months }} then
            cast(cast({{ divide_half_up(
                wide_integer('(' ~ products ~ ' - ' ~ sums ~ ')'),
                wide_integer(months * months * (months * months - 1) // 12)
            ) }} as decimal(20, 0)) * 0.01 as decimal(18, 2))
        end
{%- endmacro %}
