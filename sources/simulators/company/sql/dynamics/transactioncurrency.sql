select
    guid_of(IsoCode) as transactioncurrencyid,
    IsoCode as isocurrencycode,
    IsoCode as currencyname,
    ConversionRate as exchangerate,
    DecimalPlaces as currencyprecision,
    0 as statecode,
    CreatedDate as createdon,
    SystemModstamp as modifiedon,
    epoch_us(SystemModstamp) as versionnumber,
from branch."CurrencyType"
