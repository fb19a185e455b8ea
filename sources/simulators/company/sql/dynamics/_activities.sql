-- one row per activity of the branch, whatever its type
create or replace view branch.activities as
select
    t.Id as id,
    case t.TaskSubtype when 'Email' then 'email' when 'Call' then 'phonecall' when 'Chat' then 'msdyn_ocliveworkitem' else 'task' end as kind,
    t.Subject as subject,
    t.WhoId as who,
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
    e.Id, 'appointment', e.Subject, e.WhoId, b.firm, null, e.DurationInMinutes, e.StartDateTime <= now(), e.StartDateTime,
    case when e.StartDateTime <= now() then e.StartDateTime end, e.OwnerId, e.CreatedDate, e.SystemModstamp,
from branch."Event" as e
left join branch.buyers as b on e.AccountId = b.AccountId;
