{{ config(materialized='view') }}
with

logged as (
    {{ with_optional_columns(source('salesforce', 'product2'),
        {'Unit_Cost__c': 'decimal(18, 2)', 'List_Price__c': 'decimal(18, 2)'}) }}
),

final as (
    select
        {{ record_keys('salesforce') }},
        Name as product_name,
        ProductCode as product_code,
        Family as product_family,
        cast(Unit_Cost__c as decimal(18, 4)) as unit_cost_amount,
        cast(List_Price__c as decimal(18, 4)) as unit_price_amount,
        {{ currency_of('CurrencyIsoCode') }} as currency_code,
        IsActive as is_active,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        {{ record_state() }}
    from logged
)

select * from final
