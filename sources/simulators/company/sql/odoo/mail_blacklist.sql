select
    number_of(Id) as id,
    lower(Email) as email,
    true as active,
    CreatedDate::varchar as create_date,
    SystemModstamp::varchar as write_date,
from branch.people
where HasOptedOutOfEmail and Email is not null and not IsDeleted
