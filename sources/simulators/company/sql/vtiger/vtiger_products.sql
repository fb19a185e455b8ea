select
    number_of(p.Id) as productid,
    'PRO' || counter_of(p.Id) as product_no,
    p.Name as productname,
    p.ProductCode as productcode,
    p.Family as productcategory,
    p.List_Price__c as unit_price,
    p.Unit_Cost__c as purchase_cost,
    p.IsActive::integer as discontinued,
    number_of(c.Id) as currency_id,
from branch."Product2" as p
inner join branch."CurrencyType" as c on p.CurrencyIsoCode = c.IsoCode
