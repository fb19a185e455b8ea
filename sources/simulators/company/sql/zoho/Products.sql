select
    zoho_id(Id) as id,
    Name as Product_Name,
    ProductCode as Product_Code,
    Family as Product_Category,
    IsActive as Product_Active,
    List_Price__c as Unit_Price,
    CurrencyIsoCode as Currency,
    1 as Exchange_Rate,
    CreatedDate as Created_Time,
    SystemModstamp as Modified_Time,
    true as _approved,
from branch."Product2"
