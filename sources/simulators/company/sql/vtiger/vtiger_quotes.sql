-- each deal has the quote that its products are on
select
    quote_of(o.Id) as quoteid,
    'QUO' || counter_of(o.Id) as quote_no,
    'Quote for ' || Name as subject,
    case when IsWon then 'Accepted' when IsClosed then 'Rejected' else 'Delivered' end as quotestage,
    number_of(o.Id) as potentialid,
    number_of(AccountId) as accountid,
    number_of(ContactId) as contactid,
    Amount as subtotal,
    Amount as total,
    number_of(c.Id) as currency_id,
from branch."Opportunity" as o
inner join branch."CurrencyType" as c on o.CurrencyIsoCode = c.IsoCode
