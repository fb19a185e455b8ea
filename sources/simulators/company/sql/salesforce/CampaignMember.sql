select
    m.member_id as Id,
    m.campaign_id as CampaignId,
    m.lead_id as LeadId,
    m.contact_id as ContactId,
    coalesce(m.contact_id, m.lead_id) as LeadOrContactId,
    case when m.responded_at <= now() then 'Responded' when m.is_control then 'Held Out' else 'Sent' end as Status,
    m.responded_at <= now() as HasResponded,
    case when m.responded_at <= now() then m.responded_at::date end as FirstRespondedDate,
    m.is_control as Is_Control__c,
    'EUR' as currency,
    m.created_at,
    past(m.responded_at, m.created_at) as modified_at,
    0 as user,
from members as m
where m.created_at <= now()
