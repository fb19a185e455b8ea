-- the choices of the branch's environment: what each number of an option set is called
create or replace table choices as
with lists as (
    select 'contact' as objecttypecode, 'leadsourcecode' as attributename, list(name order by name) as names from words_source
    union all
    select 'lead', 'leadsourcecode', list(name order by name) from words_source
    union all
    select 'account', 'industrycode', list(distinct industry order by industry) from words_branch
    union all
    select 'opportunity', 'salesstage', list(name order by "at") from words_stage
    union all
    select 'incident', 'prioritycode', ['High', 'Medium', 'Low']
    union all
    select 'incident', 'casetypecode', ['Question', 'Problem', 'Complaint']
    union all
    select 'incident', 'caseorigincode', ['Phone', 'Email', 'Web', 'Chat']
    union all
    select 'campaign', 'typecode', list(distinct type order by type) from campaigns
    union all
    select 'campaign', 'statuscode', ['Planned', 'In Progress', 'Completed']
    union all
    select 'campaignresponse', 'responsecode', ['Interested', 'Not Interested']
)

select objecttypecode, attributename, unnest(names) as value, generate_subscripts(names, 1)::integer as attributevalue from lists;

create or replace macro choice(object, attribute, label) as (
    select c.attributevalue from choices as c
    where c.objecttypecode = object and c.attributename = attribute and c.value = label
);
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
