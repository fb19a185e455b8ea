select
    guid_of(Id) as id, Username as user_name, split_part(Name, ' ', 1) as first_name, split_part(Name, ' ', 2) as last_name,
    case when IsActive then 'Active' else 'Inactive' end as status, guid_of(ManagerId) as reports_to_id, CreatedDate as date_entered,
    SystemModstamp as date_modified, 0 as deleted,
from branch."User"
