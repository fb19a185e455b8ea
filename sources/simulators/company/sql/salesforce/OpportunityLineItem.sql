select
    l.opportunity_line_id as Id,
    l.opportunity_id as OpportunityId,
    l.line as SortOrder,
    l.product_id as Product2Id,
    'SKU-' || lpad(l.product::varchar, 4, '0') as ProductCode,
    l.quantity as Quantity,
    money(l.unit_cents) as UnitPrice,
    money(l.unit_cents) as ListPrice,
    money(l.quantity * l.unit_cents) as Subtotal,
    money(l.amount_cents) as TotalPrice,
    c.currency,
    o.created_at,
    o.created_at as modified_at,
    c.customer as user,
from opportunity_lines as l
inner join opportunities as o on l.opportunity = o.opportunity
inner join customers as c on o.customer = c.customer
where o.created_at <= now()
