select number_of(CampaignId) as campaignid, number_of(LeadId) as leadid, case when HasResponded then 2 else 1 end as campaignrelstatusid
from branch."CampaignMember"
where ContactId is null and LeadId is not null and not Is_Control__c
