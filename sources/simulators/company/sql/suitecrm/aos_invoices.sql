select
    guid_of(o.Id) as id, 'Invoice ' || o.OrderNumber as name, o.CreatedDate as date_entered, o.SystemModstamp as date_modified, 0 as deleted,
    guid_of(o.OwnerId) as assigned_user_id, guid_of(b.firm) as billing_account_id, guid_of(b.person) as billing_contact_id,
    '-99' as currency_id, counter_of(o.Id) as number, o.EffectiveDate as invoice_date,
    case when o.Status in ('Cancelled', 'Returned') then 'Cancelled' when o.Status = 'Activated' then 'Paid' else 'Unpaid' end as status,
    o.TotalAmount as total_amt, 0 as discount_amount, o.TotalAmount as subtotal_amount, 0 as tax_amount, o.TotalAmount as total_amount,
from branch."Order" as o
inner join branch.buyers as b on o.AccountId = b.AccountId
