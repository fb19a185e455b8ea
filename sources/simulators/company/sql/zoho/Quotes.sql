-- each deal has the quote that its products are on
select
    zoho_id(Id) as id,
    'Quote for ' || Name as Subject,
    'Q-' || counter_of(Id) as Quote_Number,
    case when IsWon then 'Closed Won' when IsClosed then 'Closed Lost' else 'Delivered' end as Quote_Stage,
    zoho_id(Id) as Deal_Name,
    zoho_id(AccountId) as Account_Name,
    zoho_id(ContactId) as Contact_Name,
    Amount as Sub_Total,
    Amount as Grand_Total,
    CurrencyIsoCode as Currency,
    1 as Exchange_Rate,
    zoho_id(OwnerId) as Owner,
    CreatedDate as Created_Time,
    SystemModstamp as Modified_Time,
    true as _approved,
from branch."Opportunity"
