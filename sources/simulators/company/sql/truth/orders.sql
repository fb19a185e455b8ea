-- one row per order placed by the day, in its own currency and in euro converted line by line
select
    coalesce(b.branch, ['salesforce', 'legacy_crm', 'order_export'][1 + o.system]) as source_instance,
    case o.system
        when 0 then record_in(b.branch, o.order_id)
        when 1 then 'A-' || lpad(o.number::varchar, 8, '0')
        else 'W' || lpad(o.number::varchar, 8, '0')
    end as source_record_id,
    'T' || lpad(o.customer::varchar, 7, '0') as truth_customer_id,
    o.placed_at::date as order_date,
    case
        when o.returned_at <= now() then 'returned'
        when o.cancelled_at <= now() then 'cancelled'
        when o.fulfilled_at <= now() then 'fulfilled'
        else 'placed'
    end as order_status,
    case when o.fulfilled_at <= now() then o.fulfilled_at::date end as fulfilled_date,
    case when o.returned_at <= now() then o.returned_at::date end as returned_date,
    u.code as currency_code,
    money(o.total_cents) as order_amount,
    money(o.total_eur_cents) as order_amount_eur,
    o.line_count,
    case when o.campaign >= 0 then o.campaign end as caused_by_campaign,
    o.order_key,
from orders as o
inner join words_currency as u on o.currency = u.at
left join branch_customers as b on o.customer = b.customer and o.system = 0
where o.placed_at <= now()
