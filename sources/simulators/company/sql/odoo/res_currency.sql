select
    number_of(Id) as id,
    IsoCode as name,
    IsActive as active,
    CreatedDate::varchar as create_date,
    CreatedDate::varchar as write_date,
from branch."CurrencyType"
