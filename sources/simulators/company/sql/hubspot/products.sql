select
    hub_id(Id) as _id,
    CreatedDate as _created_at,
    SystemModstamp as _updated_at,
    not IsActive as _archived,
    case when not IsActive then SystemModstamp end as _archived_at,
    Name as name,
    ProductCode as hs_sku,
    List_Price__c::varchar as price,
    Unit_Cost__c::varchar as hs_cost_of_goods_sold,
    Family as hs_product_type,
from branch."Product2"
