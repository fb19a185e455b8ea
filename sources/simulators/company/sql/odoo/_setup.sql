-- what the branch's installation numbers itself
create or replace macro country_number(code) as ascii(code) * 256 + ascii(substr(code, 2));
create or replace macro stage_number(called) as (select 1 + s."at" from words_stage as s where s.name = called);
create or replace macro source_number(called) as (select 1 + s."at" from words_source as s where s.name = called);
create or replace macro family_number(called) as (select 1 + f."at" from words_family as f where f.name = called);
create or replace macro currency_number(called) as (select number_of(c.Id) from branch."CurrencyType" as c where c.IsoCode = called);
create or replace macro industry_number(called) as
    list_position((select list(distinct b.industry order by b.industry) from words_branch as b), called);
create or replace macro in_english(said) as json_object('en_US', said)::varchar;
