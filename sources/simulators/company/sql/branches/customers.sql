-- the customers of each branch: persons, and firms that are no part of a group with the people who began there.
-- In the euro zone, so that no branch needs more rates than its system keeps
create or replace table branch_customers as
with entangled as (
    select parent_firm as customer from customers where parent_firm >= 0
    union
    select customer from customers where parent_firm >= 0
),

heads as (
    select
        customer,
        currency,
        case when kind = 2 then employer else customer end as head,
        case when kind = 0 then 6 else 12 end as hundredths,
    from customers
),

final as (
    select h.customer, getvariable('branches')[1 + (h.head * 7919 % 100) // h.hundredths] as branch,
    from heads as h
    inner join customers as c on h.head = c.customer
    where c.currency = 'EUR' and h.currency = 'EUR'
        and h.head not in (from entangled)
)

select * from final where branch is not null;

-- what Salesforce would call their records
create or replace table branch_records as
with mine as (
    select r.*, b.branch from records as r inner join branch_customers as b on r.customer = b.customer
),

named as (
    select unnest([account_id, contact_id, lead_id]) as id, branch from mine
    union all
    select unnest([i.task_id, i.event_id]), m.branch from interactions as i inner join mine as m on i.record = m.record
    union all
    select k.case_id, m.branch from cases as k inner join mine as m on k.record = m.record
)

select * from named where id is not null;

-- HubSpot sells by the month: the contracts of those whom it knew when they signed, and for good
create or replace table branch_contracts as
select c.contract, b.branch, any_value(r.account_id order by r.record) as account_id, any_value(r.contact_id order by r.record) as contact_id,
from contracts as c
inner join records as h on c.record = h.record
inner join branch_customers as b on h.customer = b.customer and b.branch = 'hubspot'
inner join records as r on h.customer = r.customer and r.system = 0 and (r.is_account or r.is_contact)
where r.survivor < 0 and real_moment(r.ended_at) is null and r.created_at <= c.starts_at
group by all;
