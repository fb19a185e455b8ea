with latest as (
    select currency, rate_micro, starts_at, min(starts_at) over (partition by currency) as created_at
    from rates where starts_at <= now()
    qualify row_number() over (partition by currency order by starts_at desc) = 1
),

final as (
    select
        c.currency_id as Id,
        c.code as IsoCode,
        (l.rate_micro::decimal(18, 6) / 1000000)::decimal(18, 6) as ConversionRate,
        2 as DecimalPlaces,
        true as IsActive,
        l.currency = 0 as IsCorporate,
        l.created_at,
        case when l.currency = 0 then l.created_at else l.starts_at end as modified_at,
        0 as user,
    from latest as l
    inner join words_currency as c on l.currency = c.at
)

select * from final
