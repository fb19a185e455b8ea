-- what a campaign costs is booked once, where the company runs it
select
    number_of(Id) as id,
    Name as name,
    in_english(Name) as title,
    true as active,
    CreatedDate::varchar as create_date,
    SystemModstamp::varchar as write_date,
from branch."Campaign"
