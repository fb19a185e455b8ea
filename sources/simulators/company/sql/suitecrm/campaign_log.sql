select
    guid_of(Id) as id, guid_of(CampaignId) as campaign_id, guid_of(LeadOrContactId) as target_id,
    case when ContactId is not null then 'Contacts' else 'Leads' end as target_type, 'targeted' as activity_type, CreatedDate as activity_date,
    CreatedDate as date_modified, 0 as deleted,
from branch."CampaignMember"
where not Is_Control__c
union all
select
    guid_of(Id || 'link'), guid_of(CampaignId), guid_of(LeadOrContactId), case when ContactId is not null then 'Contacts' else 'Leads' end, 'link',
    FirstRespondedDate::timestamp, SystemModstamp, 0,
from branch."CampaignMember"
where HasResponded
