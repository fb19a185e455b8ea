select
    number_of(Id) as leadid,
    'LEA' || counter_of(Id) as lead_no,
    Email as email,
    FirstName as firstname,
    LastName as lastname,
    nullif(Company, '[not provided]') as company,
    Title as designation,
    Status as leadstatus,
    LeadSource as leadsource,
    Rating as rating,
    IsConverted::integer as converted,
from branch."Lead"
