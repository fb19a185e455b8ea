with lines as (
    select
        number_of(OrderId) as id, number_of(Product2Id) as productid, Quantity as quantity, UnitPrice as listprice,
        Discount__c as discount_amount, Id as line,
    from branch."OrderItem"
    union all
    select quote_of(OpportunityId), number_of(Product2Id), Quantity, UnitPrice, Subtotal - TotalPrice, Id
    from branch."OpportunityLineItem"
)

select
    * exclude (line),
    row_number() over (partition by id order by line) as sequence_no,
    number_of(line) as lineitem_id,
from lines
