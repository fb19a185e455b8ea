select
    c.campaign_id as Id,
    'Promotion ' || strftime(c.starts_at, '%Y-%m') as Name,
    'Email' as Type,
    case when c.ends_at <= now() then 'Completed' when c.starts_at <= now() then 'In Progress' else 'Planned' end as Status,
    c.starts_at::date as StartDate,
    c.ends_at::date as EndDate,
    c.cost_eur as BudgetedCost,
    case when c.ends_at <= now() then c.cost_eur + c.campaign * 37 end as ActualCost,
    case when c.starts_at <= now() then (select count(*) from members as m where m.campaign = c.campaign and not m.is_control) end
        as NumberSent,
    c.starts_at <= now() and c.ends_at > now() as IsActive,
    'EUR' as currency,
    c.created_at,
    greatest(past(c.starts_at, c.created_at), past(c.ends_at, c.created_at)) as modified_at,
    0 as user,
from campaigns as c
where c.created_at <= now()
