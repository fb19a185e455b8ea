-- Odoo has no state for what came back: a returned order is a cancelled one
select
    number_of(o.Id) as id,
    'S' || o.OrderNumber as name,
    number_of(coalesce(b.firm, b.person)) as partner_id,
    case when o.Status in ('Returned', 'Cancelled') then 'cancel' else 'sale' end as state,
    o.EffectiveDate::timestamp::varchar as date_order,
    o.Fulfilled_Date__c::timestamp::varchar as effective_date,
    case when o.Status = 'Activated' then 'full' when o.Status = 'Draft' then 'pending' end as delivery_status,
    number_of(o.OwnerId) as user_id,
    1 as company_id,
    number_of(o.OpportunityId) as opportunity_id,
    currency_number(o.CurrencyIsoCode) as currency_id,
    o.TotalAmount::varchar as amount_untaxed,
    o.TotalAmount::varchar as amount_total,
    o.CreatedDate::varchar as create_date,
    o.SystemModstamp::varchar as write_date,
from branch."Order" as o
inner join branch.buyers as b on o.AccountId = b.AccountId
