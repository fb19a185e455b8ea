select
    number_of(Id) as id,
    Username as login,
    number_of(Id) as partner_id,
    1 as company_id,
    IsActive as active,
    false as share,
    CreatedDate::varchar as create_date,
    SystemModstamp::varchar as write_date,
from branch."User"
