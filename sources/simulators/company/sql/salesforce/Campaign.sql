select
    c.campaign_id as Id,
    case when c.type = 'Email' then 'Promotion' else c.type end || ' ' || strftime(c.starts_at, '%Y-%m') as Name,
    c.type as Type,
    case when c.ends_at <= now() then 'Completed' when c.starts_at <= now() then 'In Progress' else 'Planned' end as Status,
    c.starts_at::date as StartDate,
    c.ends_at::date as EndDate,
    c.budget_eur as BudgetedCost,
    case when c.starts_at <= now() then money(c.cost_cents) end as ActualCost,
    case when c.starts_at <= now() then (select count(*) from members as m where m.campaign = c.campaign and not m.is_control) end
        as NumberSent,
    c.starts_at <= now() and c.ends_at > now() as IsActive,
    'EUR' as currency,
    c.created_at,
    greatest(past(c.starts_at, c.created_at), past(c.ends_at, c.created_at)) as modified_at,
    0 as user,
from campaigns as c
where c.created_at <= now()
