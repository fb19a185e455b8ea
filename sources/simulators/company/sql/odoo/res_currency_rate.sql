select
    number_of(Id) as id,
    CreatedDate::date::varchar as name,
    ConversionRate::varchar as rate,
    number_of(Id) as currency_id,
    1 as company_id,
    CreatedDate::varchar as create_date,
    SystemModstamp::varchar as write_date,
from branch."CurrencyType"
where not IsCorporate
