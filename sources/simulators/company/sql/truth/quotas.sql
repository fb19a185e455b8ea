-- one row per quota set by the day: what its user was to sell in the period, and what he had truly won when it was won
with won as (
    select
        as_at(o.closed_at, o.handed_over_at, o.owner, o.next_owner) as user,
        o.closed_at,
        (2 * b.total_cents::bigint * 1000000 + r.rate_micro) // (2 * r.rate_micro) as eur_cents,
    from opportunities as o
    inner join orders as b on o.basis_order = b.order_key
    inner join rates as r
        on b.currency = r.currency and o.closed_at::date >= r.starts_at::date and o.closed_at::date < r.ends_at::date
    where o.is_won and o.closed_at <= now()
),

final as (
    select
        q.quota_id as source_record_id,
        q.user_id as user_record_id,
        q.starts_at::date as period_start_date,
        q.ends_at::date as period_end_date,
        q.amount_eur::decimal(18, 2) as quota_amount,
        count(w.user) as won_count,
        coalesce(sum(money(w.eur_cents)), 0)::decimal(18, 2) as won_amount_eur,
    from quotas as q
    left join won as w on q.user = w.user and w.closed_at >= q.starts_at and w.closed_at < q.ends_at
    where q.created_at <= now()
    group by all
)

select * from final
