select
    zoho_id(Id) as id,
    zoho_id(CampaignId) as Parent_Id,
    zoho_id(LeadOrContactId) as Member,
    case when ContactId is not null then 'Contacts' else 'Leads' end as Module,
    Status as Member_Status,
    CreatedDate as Created_Time,
    SystemModstamp as Modified_Time,
from branch."CampaignMember"
