-- HubSpot keeps every value as text
create or replace macro hub_id(id) as number_of(id)::varchar;
create or replace macro hub_time(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%S.000Z');
create or replace macro hub_word(label) as lower(replace(replace(label, ' ', ''), '/', ''));
-- who belongs to whom, told in both directions
create or replace view branch.links as
with told as (
    select 'contacts' as one, Id as one_id, 'companies' as two, AccountId as two_id from branch.people where not IsDeleted
    union all
    select 'deals', Id, 'companies', AccountId from branch."Opportunity"
    union all
    select 'deals', Id, 'contacts', ContactId from branch."Opportunity"
    union all
    select 'line_items', Id, 'deals', OpportunityId from branch."OpportunityLineItem"
    union all
    select 'line_items', Id, 'orders', OrderId from branch."OrderItem"
    union all
    select 'orders', o.Id, 'companies', b.firm from branch."Order" as o inner join branch.buyers as b on o.AccountId = b.AccountId
    union all
    select 'orders', o.Id, 'contacts', b.person from branch."Order" as o inner join branch.buyers as b on o.AccountId = b.AccountId
    union all
    select 'orders', Id, 'deals', OpportunityId from branch."Order"
    union all
    select 'tickets', k.Id, 'companies', b.firm from branch."Case" as k inner join branch.buyers as b on k.AccountId = b.AccountId
    union all
    select 'tickets', Id, 'contacts', ContactId from branch."Case"
    union all
    select 'subscriptions', contract_id, 'companies', firm from branch.contracts
    union all
    select 'subscriptions', contract_id, 'contacts', person from branch.contracts
    union all
    select 'line_items', line_id, 'subscriptions', contract_id from branch.contracts
    union all
    select case kind when 'call' then 'calls' when 'email' then 'emails' when 'event' then 'meetings' else 'tasks' end, id, 'contacts',
        coalesce(contact, lead)
    from branch.activities
    union all
    select case kind when 'call' then 'calls' when 'email' then 'emails' when 'event' then 'meetings' else 'tasks' end, id, 'companies', firm
    from branch.activities
)

from told where one_id is not null and two_id is not null;
