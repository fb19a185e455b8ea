select
    number_of(Id) as id,
    IsoCode as currency_name,
    IsoCode as currency_code,
    ConversionRate as conversion_rate,
    'Active' as currency_status,
    case when IsoCode = 'EUR' then '-11' else '0' end as defaultid,
from branch."CurrencyType"
