-- the counter in a Salesforce id, and the keys that other systems make of it
create or replace macro counter_of(id) as list_sum(list_transform(range(5), p ->
    (strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', substr(id, 11 + p, 1)) - 1) * 62 ** (4 - p)
))::bigint;
create or replace macro guid_of(id) as md5(id)::uuid::varchar;
-- a number of its own for every record of every object
create or replace macro number_of(id) as
    list_position(['001', '003', '00Q', '006', '00k', '008', '01t', '801', '802', '00T', '00U', '500', '701', '00v', '005', '01L', '04w', '800', '02i'], left(id, 3))
    * 100000000 + counter_of(id);
create or replace macro zoho_id(id) as '4000000' || lpad(number_of(id)::varchar, 12, '0');
-- the key of a record in its system; without a branch that is Salesforce
create or replace macro record_in(branch, id) as case
    when branch is null then id
    when branch in ('dynamics', 'suitecrm') then guid_of(id)
    when branch = 'zoho' then zoho_id(id)
    else number_of(id)::varchar
end;
