-- money: integer cents as decimal, and as the text a European export writes
create or replace macro money(cents) as (cents::decimal(18, 2) / 100)::decimal(18, 2);
create or replace macro money_text(cents, point) as (cents // 100)::varchar || point || lpad((cents % 100)::varchar, 2, '0');
create or replace macro now() as getvariable('now');
-- what was true at a moment, of a thing that changes once
create or replace macro as_at(moment, changed_at, before, after) as case when changed_at <= moment then after else before end;
create or replace macro past(moment, since) as case when moment <= now() then moment else since end;
create or replace macro real_moment(moment) as case when moment < timestamp '2199-01-01' then moment end;
-- two neighbouring letters swapped, or one of two equal ones lost
create or replace macro typo(word, place) as substr(word, 1, place - 1)
    || case
        when substr(word, place, 1) = substr(word, place + 1, 1) then ''
        else substr(word, place + 1, 1)
    end
    || substr(word, place, 1) || substr(word, place + 2);
create or replace macro mistyped(word, seed) as case
    when length(word) >= 4 then typo(word, 2 + (seed % (length(word) - 2))::int)
    else word || 'e'
end;
create or replace macro mail_local(name) as regexp_replace(
    lower(strip_accents(replace(name, 'ß', 'ss'))), '[^a-z.-]', '', 'g'
);
create or replace macro local_number(customer, which) as lpad((((customer * 3 + which) * 48271 + 10007) % 99999989)::varchar, 8, '0');
create or replace macro phone_text(dial, area, number, style) as case style
    when 0 then '+' || dial || area || number
    when 1 then '00' || dial || ' ' || area || ' ' || number
    when 2 then '+' || dial || '-' || area || '-' || substr(number, 1, 4) || '-' || substr(number, 5)
    when 3 then case when dial = '1' then '(' || area || ') ' || number else '0' || area || '/' || number end
    else '+' || dial || ' ' || area || ' ' || number
end;
-- some deals on the table are most likely: the category that a fixed list of four words forgets
create or replace macro forecast_category(category, opportunity, stage) as
    case when stage in (2, 3) and opportunity % 4 = 1 then 'MostLikely' else category end;
-- what an interaction costs, rounded half up
create or replace macro cents_of_service(item_cents, hour_cents, minutes) as
    (item_cents + (2 * hour_cents * minutes + 60) // 120)::bigint;
