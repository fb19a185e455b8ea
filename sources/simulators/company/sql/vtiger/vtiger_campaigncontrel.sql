-- who was held out of a campaign is no member of it here
select number_of(CampaignId) as campaignid, number_of(ContactId) as contactid, case when HasResponded then 2 else 1 end as campaignrelstatusid
from branch."CampaignMember"
where ContactId is not null and not Is_Control__c
