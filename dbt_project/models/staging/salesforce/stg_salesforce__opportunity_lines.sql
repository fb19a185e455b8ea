with

latest as (
    select * from {{ source('salesforce', 'opportunity_line_item') }}
    {{ latest_records() }}
),

final as (
    select
        {{ record_keys('salesforce') }},
        OpportunityId as opportunity_record_id,
        Product2Id as product_record_id,
        cast(Quantity as decimal(18, 4)) as quantity,
        cast(UnitPrice as decimal(18, 4)) as unit_price_amount,
        cast(TotalPrice as decimal(18, 2)) as line_amount,
        {{ currency_of('CurrencyIsoCode') }} as currency_code,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        {{ record_state() }}
    from latest
)

select * from final
