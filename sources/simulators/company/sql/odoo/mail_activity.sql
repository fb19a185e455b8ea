-- what is done is archived, and leaves a message
select
    number_of(id) as id,
    case when coalesce(contact, firm) is not null then 'res.partner' else 'crm.lead' end as res_model,
    number_of(coalesce(contact, firm, lead)) as res_id,
    case when kind = 'call' then 1 else 2 end as activity_type_id,
    subject as summary,
    planned_at::date::varchar as date_deadline,
    number_of(owner) as user_id,
    not is_done as active,
    created_at::varchar as create_date,
    modified_at::varchar as write_date,
from branch.activities
where kind not in ('event', 'email', 'chat')
