select
    number_of(Id) as id,
    in_english(Name) as name,
    List_Price__c::varchar as list_price,
    family_number(Family) as categ_id,
    'consu' as type,
    true as sale_ok,
    IsActive as active,
    CreatedDate::varchar as create_date,
    SystemModstamp::varchar as write_date,
from branch."Product2"
