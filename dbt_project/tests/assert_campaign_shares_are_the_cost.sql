-- what a campaign cost is shared out whole, as soon as anybody was treated
with

shared as (
    select campaign_id, sum(cost_share_amount) as shared_amount
    from {{ ref('campaign_cost_shares') }}
    group by campaign_id
)

select campaigns.campaign_id, campaigns.actual_cost_reporting_amount, shared.shared_amount
from {{ ref('dim_campaigns') }} as campaigns
inner join shared on campaigns.campaign_id = shared.campaign_id
where campaigns.actual_cost_reporting_amount is distinct from shared.shared_amount
