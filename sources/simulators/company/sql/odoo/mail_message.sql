select
    number_of(id) as id,
    case when coalesce(contact, firm) is not null then 'res.partner' else 'crm.lead' end as model,
    number_of(coalesce(contact, firm, lead)) as res_id,
    coalesce(happened_at, created_at)::varchar as date,
    number_of(owner) as author_id,
    case kind when 'email' then 'comment' when 'chat' then 'whatsapp_message' else 'notification' end as message_type,
    case when kind = 'call' then 1 when kind not in ('email', 'chat') then 2 end as mail_activity_type_id,
    false as is_internal,
    subject,
    created_at::varchar as create_date,
    modified_at::varchar as write_date,
from branch.activities
where kind <> 'event' and (is_done or kind in ('email', 'chat'))
union all
select
    number_of(Id), 'crm.lead', number_of(OpportunityId), CreatedDate::varchar, null, 'notification', null, false, null,
    CreatedDate::varchar, CreatedDate::varchar,
from branch."OpportunityHistory"
where FromOpportunityStageName is not null
