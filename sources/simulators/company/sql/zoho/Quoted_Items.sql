select
    zoho_id(Id) as id,
    zoho_id(OpportunityId) as Parent_Id,
    zoho_id(Product2Id) as Product_Name,
    SortOrder as Sequence_Number,
    Quantity,
    UnitPrice as List_Price,
    Subtotal as Total,
    Subtotal - TotalPrice as Discount,
    0 as Tax,
    TotalPrice as Net_Total,
    CreatedDate as Created_Time,
    SystemModstamp as Modified_Time,
from branch."OpportunityLineItem"
