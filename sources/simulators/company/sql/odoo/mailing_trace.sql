-- whom a campaign left out on purpose was sent nothing
select
    number_of(Id) as id,
    case when ContactId is not null then 'res.partner' else 'crm.lead' end as model,
    number_of(LeadOrContactId) as res_id,
    number_of(CampaignId) as campaign_id,
    case when HasResponded then 'reply' else 'sent' end as trace_status,
    FirstRespondedDate::timestamp::varchar as reply_datetime,
    CreatedDate::varchar as create_date,
    SystemModstamp::varchar as write_date,
from branch."CampaignMember"
where not Is_Control__c
