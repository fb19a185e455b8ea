-- every strategy is a known one, and what survives together follows one chain
with

rules as (
    select * from {{ ref('survivorship_rules') }}
),

strategies as (
    {%- for position in range(1, 8) %}
    select attribute, {{ position }} as position, {{ split_part('strategies', "' > '", position) }} as strategy
    from rules
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

mistakes as (
    select attribute as name, 'there is no strategy ' || strategy as mistake
    from strategies
    where
        strategy not in (
            '', 'living_first', 'verified_first', 'most_recent', 'oldest', 'most_frequent', 'most_complete', 'longest',
            'source_priority', 'true_first'
        )
    union all
    select attribute, 'the chain has more than six strategies'
    from strategies
    where position = 7 and strategy <> ''
    union all
    select attribute_group, 'the group has more than one chain'
    from rules
    where attribute_group is not null
    group by attribute_group
    having count(distinct strategies) > 1
)

select * from mistakes
