-- deals by owner and quarter, added up, are the deals; so are quotas
with

attainment as (
    select * from {{ ref('quota_attainment') }}
),

deals as (
    select * from {{ ref('fct_opportunities') }}
    where not is_deleted and is_closed and close_date <= {{ as_of() }}
),

open_deals as (
    select * from {{ ref('fct_opportunities') }}
    where is_open and close_date is not null
),

expected as (
    select 'won' as what, coalesce(sum(opportunity_reporting_amount), 0) as total
    from deals
    where is_won
    union all
    select 'lost', coalesce(sum(opportunity_reporting_amount), 0)
    from deals
    where not is_won
    union all
    select 'closed deals', count(*) from deals
    union all
    select 'open', coalesce(sum(opportunity_reporting_amount), 0) from open_deals
),

found as (
    select 'won' as what, coalesce(sum(won_amount), 0) as total from attainment
    union all
    select 'lost', coalesce(sum(lost_amount), 0) from attainment
    union all
    select 'closed deals', coalesce(sum(won_opportunity_count + lost_opportunity_count), 0) from attainment
    union all
    select 'open', coalesce(sum(open_opportunity_amount), 0) from attainment
)

select expected.what, expected.total as expected_total, found.total as found_total
from expected
inner join found on expected.what = found.what
where expected.total <> found.total
