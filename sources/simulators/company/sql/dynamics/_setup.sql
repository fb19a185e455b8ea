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
