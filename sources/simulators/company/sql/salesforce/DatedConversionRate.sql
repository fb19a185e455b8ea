select
    r.rate_id as Id,
    c.code as IsoCode,
    r.starts_at::date as StartDate,
    case when r.ends_at <= now() then r.ends_at::date else date '9999-12-31' end as NextStartDate,
    (r.rate_micro::decimal(18, 6) / 1000000)::decimal(18, 6) as ConversionRate,
    r.starts_at as created_at,
    past(r.ends_at, r.starts_at) as modified_at,
    0 as user,
from rates as r
inner join words_currency as c on r.currency = c.at
where r.starts_at <= now()
