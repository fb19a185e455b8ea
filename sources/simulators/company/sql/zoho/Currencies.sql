select
    zoho_id(Id) as id,
    IsoCode as name,
    IsoCode as iso_code,
    IsoCode as symbol,
    ConversionRate::varchar as exchange_rate,
    IsoCode = 'EUR' as is_base,
    true as is_active,
    SystemModstamp as modified_time,
from branch."CurrencyType"
