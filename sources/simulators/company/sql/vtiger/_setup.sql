-- every record, whatever its module, has a row with its dates: gathered here once
create or replace macro flag(value) as case when value then '1' else '0' end;
-- a quote has the number of the deal that it is for, in a range of its own
create or replace macro quote_of(id) as 1800000000 + counter_of(id);
create or replace table entities as
select number_of(Id) as crmid, 'Accounts' as setype, number_of(OwnerId) as owner, CreatedDate as created_at, SystemModstamp as modified_at, IsDeleted as is_deleted, from branch.firms
union all
select number_of(Id), 'Contacts', number_of(OwnerId), CreatedDate, SystemModstamp, IsDeleted, from branch.people
union all
select number_of(Id), 'Leads', number_of(OwnerId), CreatedDate, SystemModstamp, IsDeleted, from branch."Lead"
union all
select number_of(Id), 'Potentials', number_of(OwnerId), CreatedDate, SystemModstamp, false, from branch."Opportunity"
union all
select quote_of(Id), 'Quotes', number_of(OwnerId), CreatedDate, SystemModstamp, false, from branch."Opportunity"
union all
select number_of(Id), 'SalesOrder', number_of(OwnerId), CreatedDate, SystemModstamp, false, from branch."Order"
union all
select number_of(Id), 'Products', null, CreatedDate, SystemModstamp, false, from branch."Product2"
union all
select number_of(id), case kind when 'email' then 'Emails' else 'Calendar' end, number_of(owner), created_at, modified_at, false, from branch.activities
union all
select number_of(Id), 'HelpDesk', number_of(OwnerId), CreatedDate, SystemModstamp, IsDeleted, from branch."Case"
union all
select number_of(Id), 'Campaigns', null, CreatedDate, SystemModstamp, false, from branch."Campaign";
