select
    zoho_id(Id) as id,
    Name as full_name,
    split_part(Name, ' ', 1) as first_name,
    split_part(Name, ' ', 2) as last_name,
    Email as email,
    case when IsActive then 'active' else 'disabled' end as status,
    zoho_id(ManagerId) as Reporting_To,
    CreatedDate as created_time,
from branch."User"
