select
    number_of(Id) as id,
    Username as user_name,
    split_part(Name, ' ', 1) as first_name,
    substr(Name, length(split_part(Name, ' ', 1)) + 2) as last_name,
    Email as email1,
    number_of(ManagerId)::varchar as reports_to_id,
    case when IsActive then 'Active' else 'Inactive' end as status,
    CreatedDate as date_entered,
    SystemModstamp as date_modified,
from branch."User"
