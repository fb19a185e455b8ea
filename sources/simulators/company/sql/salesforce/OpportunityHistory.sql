select
    s.stage_id as Id,
    s.opportunity_id as OpportunityId,
    st.name as StageName,
    money(b.total_cents) as Amount,
    case when s.step > 0 then money(b.total_cents) end as PrevAmount,
    (b.total_cents::decimal(18, 0) * st.probability / 10000)::decimal(18, 2) as ExpectedRevenue,
    case when s.stage >= 4 then o.closed_at else o.planned_close_at end::date as CloseDate,
    case when s.step > 0 then o.planned_close_at::date end as PrevCloseDate,
    st.probability as Probability,
    forecast_category(st.category, s.opportunity, s.stage) as ForecastCategory,
    forecast_category(before.category, s.opportunity, s.step - 1) as FromForecastCategory,
    before.name as FromOpportunityStageName,
    c.currency,
    s.entered_at as created_at,
    s.entered_at as modified_at,
    c.customer as user,
from stages as s
inner join opportunities as o on s.opportunity = o.opportunity
inner join words_stage as st on s.stage = st.at
left join words_stage as before on s.step - 1 = before.at
inner join orders as b on o.basis_order = b.order_key
inner join customers as c on o.customer = c.customer
where s.entered_at <= now()
