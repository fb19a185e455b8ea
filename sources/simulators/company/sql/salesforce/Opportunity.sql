with reached as (
    select opportunity, max(stage) as stage, max(entered_at) as entered_at
    from stages where entered_at <= now() group by opportunity
),

final as (
    select
        o.opportunity_id as Id,
        o.account_id as AccountId,
        o.contact_id as ContactId,
        'Deal ' || (o.opportunity + 1) || ' ' || c.company_name as Name,
        st.name as StageName,
        money(b.total_cents) as Amount,
        st.probability as Probability,
        (b.total_cents::decimal(18, 0) * st.probability / 10000)::decimal(18, 2) as ExpectedRevenue,
        case when r.stage >= 4 then o.closed_at else o.planned_close_at end::date as CloseDate,
        case when o.opportunity % 3 = 0 then 'New Business' else 'Existing Business' end as Type,
        c.source_name as LeadSource,
        r.stage >= 4 as IsClosed,
        r.stage = 4 as IsWon,
        forecast_category(st.category, o.opportunity, r.stage) as ForecastCategory,
        forecast_category(st.category, o.opportunity, r.stage) as ForecastCategoryName,
        true as HasOpportunityLineItem,
        r.entered_at as LastStageChangeDate,
        extract(quarter from case when r.stage >= 4 then o.closed_at else o.planned_close_at end)::int as FiscalQuarter,
        extract(year from case when r.stage >= 4 then o.closed_at else o.planned_close_at end)::int as FiscalYear,
        c.currency,
        o.created_at,
        greatest(r.entered_at, past(o.handed_over_at, o.created_at)) as modified_at,
        c.customer as user,
        as_at(now(), o.handed_over_at, o.owner, o.next_owner) as owner,
    from opportunities as o
    inner join reached as r on o.opportunity = r.opportunity
    inner join words_stage as st on r.stage = st.at
    inner join orders as b on o.basis_order = b.order_key
    inner join customers as c on o.customer = c.customer
)

select * from final
