{{ config(materialized='table') }}
-- the values that survived in each past period, by the rules of today; what stewards pin says nothing about the past
{%- set told = ['customer_name', 'first_name', 'last_name', 'email', 'phone', 'street', 'postal_code', 'city', 'state',
    'country'] %}
with

rules as (
    select * from {{ ref('survivorship_rules') }}
),

fillers as (
    select * from {{ ref('int_placeholders__worded') }}
),

heard as (
    select
        *,
        period_no as customer_no,
        row_number() over (order by period_no, said_by) as voice_no
    from {{ ref('int_customers__voices') }}
),

said as (
    {{ said_values('heard', told) }}
),

ruled as (
    select
        said.*,
        coalesce(rules.attribute_group, said.attribute) as unit,
        coalesce(rules.strategies, '') as strategies,
        case when rules.is_essential and said.is_known then 1 else 0 end as essential_count
    from said
    left join rules on said.attribute = rules.attribute
),

units as (
    select
        customer_no, unit, voice_no, strategies,
        {{ hash_of_set(hash_of_all(['attribute', 'value_key'])) }} as unit_key,
        max(is_known) as is_known, max(is_verified) as is_verified, max(value_key = 'true') as is_true,
        sum(essential_count) as essential_count, sum(length(value)) as letter_count
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
        units.customer_no, units.unit, units.voice_no, units.strategies, units.is_known,
        {{ survivorship_scores() }}
    from units
    inner join heard on units.voice_no = heard.voice_no
    left join votes
        on units.customer_no = votes.customer_no and units.unit = votes.unit and units.unit_key = votes.unit_key
),

ranked as (
    select
        unit, voice_no,
        row_number() over (
            partition by customer_no, unit order by is_known desc, {{ survivorship_order() }}, voice_no
        ) as unit_rank
    from scored
),

winners as (
    select
        ruled.customer_no,
        {%- for attribute in told %}
        max(case when ruled.attribute = '{{ attribute }}' then ruled.value end) as {{ attribute }},
        {%- endfor %}
        count(*) as value_count
    from ruled
    inner join ranked on ruled.voice_no = ranked.voice_no and ruled.unit = ranked.unit and ranked.unit_rank = 1
    group by ruled.customer_no
),

standing as (
    select
        period_no,
        min(customer_type) as customer_type,
        min(case when is_deleted then 1 else 0 end) = 1 as is_deleted
    from heard
    where entity is not null
    group by period_no
),

owned as (
    select
        period_no, source_system, source_instance, owner_user_record_id,
        row_number() over (partition by period_no order by {{ owner_order() }}) as owner_rank
    from heard
    where owner_user_record_id is not null
),

users as (
    select * from {{ ref('int_users__unioned') }}
),

final as (
    select
        standing.*,
        {{ record_id(alias='users') }} as owner_user_id,
        {{ all_columns_but(['customer_no', 'customer_name', 'value_count'], 'winners') }},
        coalesce(
            winners.customer_name,
            nullif(trim(coalesce(winners.first_name, '') || ' ' || coalesce(winners.last_name, '')), '')
        ) as customer_name
    from standing
    left join winners on standing.period_no = winners.customer_no
    left join owned on standing.period_no = owned.period_no and owned.owner_rank = 1
    {{ join_user('owned', 'owner_user_record_id') }}
)

select * from final
