select
    country_number(country) as id,
    country as code,
    in_english(country) as name,
    '2015-01-05 08:00:00' as write_date,
from (select distinct country from customers where country is not null)
