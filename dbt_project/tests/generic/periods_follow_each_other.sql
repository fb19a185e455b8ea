{# Periods of one key touch: none overlaps the next, nothing is between them, none is empty. Where `is_open` the last
   one has no end. #}
{% test periods_follow_each_other(model, key, start='valid_from_at', stop='valid_to_at', is_open=true) %}
with

following as (
    select
        *,
        lead({{ start }}) over (partition by {{ key }} order by {{ start }}) as next_start
    from {{ model }}
)

select * from following
where
    {{ stop }} <= {{ start }}
    or (next_start is not null and {{ stop }} is distinct from next_start)
    {% if is_open %}or (next_start is null and {{ stop }} is not null){% endif %}
{% endtest %}
