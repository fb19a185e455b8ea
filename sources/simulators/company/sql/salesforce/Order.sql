with final as (
    select
        o.order_id as Id,
        as_at(now(), o.rebooked_at, o.booked_account_id, o.account_id) as AccountId,
        o.opportunity_id as OpportunityId,
        o.placed_at::date as EffectiveDate,
        false as IsReductionOrder,
        case
            when o.returned_at <= now() then 'Returned'
            when o.cancelled_at <= now() then 'Cancelled'
            when o.fulfilled_at <= now() then 'Activated'
            else 'Draft'
        end as Status,
        case when o.fulfilled_at <= now() then o.fulfilled_at end as ActivatedDate,
        case when o.fulfilled_at <= now() then o.fulfilled_at::date end as Fulfilled_Date__c,
        case when o.returned_at <= now() then o.returned_at::date end as Returned_Date__c,
        lpad(o.number::varchar, 8, '0') as OrderNumber,
        money(o.total_cents) as TotalAmount,
        ['Web', 'Phone', 'Field Sales'][1 + o.channel] as Channel__c,
        u.code as currency,
        o.placed_at as created_at,
        greatest(
            past(o.fulfilled_at, o.placed_at), past(o.cancelled_at, o.placed_at),
            past(o.returned_at, o.placed_at), past(o.rebooked_at, o.placed_at)
        ) as modified_at,
        o.customer as user,
        coalesce(
            as_at(o.placed_at, d.handed_over_at, d.owner, d.next_owner), as_at(o.placed_at, c.reassigned_at, c.owner, c.next_owner)
        ) as owner,
    from orders as o
    inner join customers as c on o.customer = c.customer
    left join opportunities as d on o.opportunity_id = d.opportunity_id
    inner join words_currency as u on o.currency = u.at
    where o.system = 0 and o.placed_at <= now()
)

select
    *,
    case when Status in ('Draft', 'Cancelled') then 'Draft' else 'Activated' end as StatusCode,
from final
