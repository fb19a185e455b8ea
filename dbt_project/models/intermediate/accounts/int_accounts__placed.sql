{{ config(materialized='table') }}
-- the place of each account in its hierarchy; a circle is cut above its smallest id, so that every climb ends
{%- set most_levels = 50 %}
with recursive

edges as (
    select * from {{ ref('int_accounts__parented') }}
),

walks as (
    select account_id, parent_account_id as ancestor_id, 1 as step_count
    from edges
    where parent_account_id is not null
    union all
    select walks.account_id, edges.parent_account_id, walks.step_count + 1
    from walks
    inner join edges on walks.ancestor_id = edges.account_id
    where
        edges.parent_account_id is not null
        and walks.ancestor_id <> walks.account_id
        and walks.step_count < {{ most_levels }}
),

-- who comes back to itself has met the whole circle on its way
circles as (
    select
        account_id,
        min(ancestor_id) as first_account_id
    from walks
    group by account_id
    having max(case when ancestor_id = account_id then 1 else 0 end) = 1
),

cut as (
    select
        edges.account_id,
        case when circles.account_id is null or circles.account_id <> circles.first_account_id
            then edges.parent_account_id end as parent_account_id,
        circles.account_id is not null as is_in_cycle
    from edges
    left join circles on edges.account_id = circles.account_id
),

climbs as (
    select account_id, parent_account_id as ancestor_id, 1 as step_count
    from cut
    where parent_account_id is not null
    union all
    select climbs.account_id, cut.parent_account_id, climbs.step_count + 1
    from climbs
    inner join cut on climbs.ancestor_id = cut.account_id
    where cut.parent_account_id is not null and climbs.step_count < {{ most_levels }}
),

tops as (
    select
        account_id,
        max(step_count) as step_count,
        max_by(ancestor_id, step_count) as top_account_id
    from climbs
    group by account_id
),

-- what is deeper than any company is a circle too long to be seen: it stands alone
final as (
    select
        cut.account_id,
        case when coalesce(tops.step_count, 0) < {{ most_levels }} then cut.parent_account_id end as parent_account_id,
        case when tops.step_count < {{ most_levels }} then tops.top_account_id else cut.account_id end
            as ultimate_parent_account_id,
        case when tops.step_count < {{ most_levels }} then tops.step_count + 1 else 1 end as hierarchy_level,
        cut.is_in_cycle or coalesce(tops.step_count, 0) >= {{ most_levels }} as is_in_cycle
    from cut
    left join tops on cut.account_id = tops.account_id
)

select * from final
