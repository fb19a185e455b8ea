select
    number_of(Id) as id,
    number_of(Id) as product_tmpl_id,
    ProductCode as default_code,
    json_object('1', Unit_Cost__c::double)::varchar as standard_price,
    IsActive as active,
    CreatedDate::varchar as create_date,
    SystemModstamp::varchar as write_date,
from branch."Product2"
