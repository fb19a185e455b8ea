select
    guid_of(Id) as activityid,
    'response' as subject,
    guid_of(CampaignId) as regardingobjectid,
    guid_of(LeadOrContactId) as customer,
    case when ContactId is not null then 'contact' else 'lead' end as customer_type,
    choice('campaignresponse', 'responsecode', 'Interested') as responsecode,
    FirstRespondedDate::timestamp as receivedon,
    1 as statecode,
    SystemModstamp as createdon,
    SystemModstamp as modifiedon,
    epoch_us(SystemModstamp) as versionnumber,
from branch."CampaignMember"
where HasResponded
