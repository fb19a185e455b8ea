select
    guid_of(Id) as id, CreatedDate as date_entered, SystemModstamp as date_modified, 0 as deleted, 'AOS_Invoices' as parent_type,
    guid_of(OrderId) as parent_id, guid_of(Product2Id) as product_id, row_number() over (partition by OrderId order by Id) as number,
    Quantity as product_qty, UnitPrice as product_list_price, 'Amount' as discount, Discount__c as product_discount,
    (TotalPrice / Quantity)::decimal(26, 6) as product_unit_price, 0 as vat_amt, TotalPrice as product_total_price, '-99' as currency_id,
from branch."OrderItem"
