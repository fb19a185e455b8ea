-- what a branch's tables are made from, beside the objects themselves: a person is a contact there, without an account
create or replace view branch.firms as from branch."Account" where not IsPersonAccount;
create or replace view branch.people as
select c.* exclude (AccountId), a.Id as AccountId,
from branch."Contact" as c
left join branch.firms as a on c.AccountId = a.Id;
create or replace view branch.buyers as
select Id as AccountId, case when not IsPersonAccount then Id end as firm, case when IsPersonAccount then PersonContactId end as person,
from branch."Account";
-- one row per activity of the branch, whatever its type
create or replace view branch.activities as
select
    t.Id as id,
    lower(t.TaskSubtype) as kind,
    t.Subject as subject,
    case when t.WhoId like '003%' then t.WhoId end as contact,
    case when t.WhoId like '00Q%' then t.WhoId end as lead,
    b.firm,
    t.CallType as call_type,
    t.CallDurationInSeconds // 60 as minutes,
    t.IsClosed as is_done,
    t.ActivityDate::timestamp as planned_at,
    t.CompletedDateTime as happened_at,
    t.OwnerId as owner, t.CreatedDate as created_at, t.SystemModstamp as modified_at,
from branch."Task" as t
left join branch.buyers as b on t.AccountId = b.AccountId
union all
select
    e.Id, 'event', e.Subject, case when e.WhoId like '003%' then e.WhoId end, case when e.WhoId like '00Q%' then e.WhoId end, b.firm, null, e.DurationInMinutes, e.StartDateTime <= now(), e.StartDateTime,
    case when e.StartDateTime <= now() then e.StartDateTime end, e.OwnerId, e.CreatedDate, e.SystemModstamp,
from branch."Event" as e
left join branch.buyers as b on e.AccountId = b.AccountId;
-- one row per contract of the branch, and the id of its only line
create or replace view branch.contracts as
select c.*, '02i' || substr(c.contract_id, 4) as line_id, a.firm, coalesce(a.person, b.contact_id) as person, o.Id as product_id,
from contracts_now as c
inner join branch_contracts as b on c.contract = b.contract
inner join branch."Product2" as o on o.ProductCode = 'SKU-' || lpad(c.product::varchar, 4, '0')
left join branch.buyers as a on b.account_id = a.AccountId
where b.branch = getvariable('branch');
