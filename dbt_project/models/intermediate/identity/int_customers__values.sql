{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='customer_id',
    post_hook="delete from {{ this }} where member_hash not in"
    ~ " (select member_hash from {{ ref('int_customers__grouped') }})"
) }}
-- the values of each customer: the rules are applied to all that speaks about it, what is pinned goes first
with

members as (
    select * from {{ ref('int_customers__grouped') }}
),

rules as (
    select * from {{ ref('survivorship_rules') }}
),

fillers as (
    select * from {{ ref('int_placeholders__worded') }}
),

-- the customers that changed; numbers are compared faster than keys
customers as (
    select
        members.customer_id,
        min(members.member_hash) as member_hash,
        row_number() over (order by members.customer_id) as customer_no
    from members
    {{ join_changed('members', 'customer_id', ['member_hash']) }}
    group by members.customer_id
),

pinned as (
    select pinned.*, customers.customer_no
    from {{ ref('int_customers__pinned') }} as pinned
    inner join customers on pinned.customer_id = customers.customer_id
),

heard as (
    select heard.*, customers.customer_no, row_number() over (order by heard.said_by) as voice_no
    from {{ ref('int_customers__heard') }} as heard
    inner join customers on heard.customer_id = customers.customer_id
),

said as (
    {{ said_values('heard') }}
),

ruled as (
    select
        said.*,
        coalesce(rules.attribute_group, said.attribute) as unit,
        coalesce(rules.strategies, '') as strategies,
        case when rules.is_essential and said.is_known then 1 else 0 end as essential_count,
        case when pinned.customer_no is null then 0 else 1 end as pin_count
    from said
    left join rules on said.attribute = rules.attribute
    left join pinned
        on
            said.customer_no = pinned.customer_no and said.attribute = pinned.attribute
            and said.value_key = pinned.value_key and pinned.pin_rank = 1
),

-- what survives together is weighed together
units as (
    select
        customer_no, unit, voice_no, strategies,
        {{ hash_of_set(hash_of_all(['attribute', 'value_key'])) }} as unit_key,
        max(is_known) as is_known, max(is_verified) as is_verified, max(value_key = 'true') as is_true,
        sum(pin_count) as pin_count, sum(essential_count) as essential_count, sum(length(value)) as letter_count
    from ruled
    group by customer_no, unit, voice_no, strategies
),

votes as (
    select customer_no, unit, unit_key, count(*) as vote_count
    from units
    where strategies like '%most_frequent%'
    group by customer_no, unit, unit_key
),

scored as (
    select
        units.customer_no, units.unit, units.voice_no, units.strategies, units.pin_count, units.is_known,
        {{ survivorship_scores() }}
    from units
    inner join heard on units.voice_no = heard.voice_no
    left join votes
        on units.customer_no = votes.customer_no and units.unit = votes.unit and units.unit_key = votes.unit_key
),

ranked as (
    select
        unit,
        voice_no,
        row_number() over (best_first) as unit_rank,
        {{ survivorship_difference('best_first') }} as lost_by
    from scored
    window best_first as (
        partition by customer_no, unit
        order by
            pin_count desc, is_known desc, {{ survivorship_order() }}, voice_no
    )
),

valued as (
    select
        ruled.customer_no, ruled.attribute, ruled.value_key,
        min(ranked.unit_rank) as unit_rank,
        min_by(ruled.value, ranked.unit_rank) as value,
        min_by(ruled.voice_no, ranked.unit_rank) as voice_no,
        min_by(ranked.lost_by, ranked.unit_rank) as lost_by,
        count(*) as record_count,
        max(heard.said_at) as last_said_at
    from ruled
    inner join ranked on ruled.voice_no = ranked.voice_no and ruled.unit = ranked.unit
    inner join heard on ruled.voice_no = heard.voice_no
    group by ruled.customer_no, ruled.attribute, ruled.value_key
),

final as (
    select
        customers.customer_id, customers.member_hash,
        coalesce(pinned.attribute, valued.attribute) as attribute,
        coalesce(pinned.value, valued.value) as value,
        pinned.pin_rank, valued.unit_rank,
        coalesce(pinned.pin_rank = 1, valued.unit_rank = 1 and first_pins.customer_no is null) as is_winner,
        valued.lost_by, coalesce(valued.record_count, 0) as record_count, heard.said_by, valued.last_said_at
    from valued
    full outer join pinned
        on
            valued.customer_no = pinned.customer_no and valued.attribute = pinned.attribute
            and valued.value_key = pinned.value_key
    left join pinned as first_pins
        on
            valued.customer_no = first_pins.customer_no and valued.attribute = first_pins.attribute
            and first_pins.pin_rank = 1
    left join heard on valued.voice_no = heard.voice_no
    inner join customers on coalesce(pinned.customer_no, valued.customer_no) = customers.customer_no
)

select * from final
