-- what a branch's tables are made from, beside the objects themselves: a person is a contact there, without an account
create or replace view branch.firms as from branch."Account" where not IsPersonAccount;
create or replace view branch.people as
select c.* exclude (AccountId), a.Id as AccountId,
from branch."Contact" as c
left join branch.firms as a on c.AccountId = a.Id;
create or replace view branch.buyers as
select Id as AccountId, case when not IsPersonAccount then Id end as firm, case when IsPersonAccount then PersonContactId end as person,
from branch."Account";
