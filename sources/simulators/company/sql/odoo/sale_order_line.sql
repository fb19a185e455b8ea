select
    number_of(Id) as id,
    number_of(OrderId) as order_id,
    number_of(Product2Id) as product_id,
    (row_number() over (partition by OrderId order by Id))::integer as sequence,
    Quantity::varchar as product_uom_qty,
    UnitPrice::varchar as price_unit,
    (100 * Discount__c / nullif(Quantity * UnitPrice, 0))::decimal(18, 2)::varchar as discount,
    TotalPrice::varchar as price_subtotal,
    currency_number(CurrencyIsoCode) as currency_id,
    CreatedDate::varchar as create_date,
    SystemModstamp::varchar as write_date,
from branch."OrderItem"
