select
    guid_of(Id) as id, Name as name, CreatedDate as date_entered, SystemModstamp as date_modified, (not IsActive)::int as deleted,
    ProductCode as part_number, Family as category, 'Good' as type, Unit_Cost__c as cost, List_Price__c as price, '-99' as currency_id,
from branch."Product2"
