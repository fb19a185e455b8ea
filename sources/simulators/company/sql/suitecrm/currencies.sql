select
    guid_of(IsoCode) as id, IsoCode as name, IsoCode as symbol, IsoCode as iso4217, ConversionRate::double as conversion_rate, 'Active' as status,
    CreatedDate as date_entered, SystemModstamp as date_modified, 0 as deleted,
from branch."CurrencyType"
where IsoCode <> 'EUR'
