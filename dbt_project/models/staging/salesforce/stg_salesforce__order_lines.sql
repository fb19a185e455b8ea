-- TotalPrice is after the discount
with

logged as (
    {{ with_optional_columns(source('salesforce', 'order_item'), {'Discount__c': 'decimal(18, 2)'}) }}
),

latest as (
    select * from logged
    {{ latest_records() }}
),

final as (
    select
        {{ record_keys('salesforce') }},
        OrderId as order_record_id,
        Product2Id as product_record_id,
        cast(null as integer) as line_number,
        cast(Quantity as decimal(18, 4)) as quantity,
        cast(UnitPrice as decimal(18, 4)) as unit_price_amount,
        cast(Discount__c as decimal(18, 2)) as discount_amount,
        cast(TotalPrice as decimal(18, 2)) as line_amount,
        {{ currency_of('CurrencyIsoCode') }} as currency_code,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        {{ record_state() }}
    from latest
)

select * from final
