select
    zoho_id(Id) as id,
    zoho_id(OrderId) as Parent_Id,
    zoho_id(Product2Id) as Product_Name,
    row_number() over (partition by OrderId order by Id)::integer as Sequence_Number,
    Quantity,
    UnitPrice as List_Price,
    Quantity * UnitPrice as Total,
    Discount__c as Discount,
    0 as Tax,
    TotalPrice as Net_Total,
    CreatedDate as Created_Time,
    SystemModstamp as Modified_Time,
from branch."OrderItem"
