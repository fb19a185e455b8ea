-- one row per true person of `persons_wanted(person)`: what is true of them, before and after each change of their life
create or replace table kin as
with blocks as (
    select
        person,
        person // 4 as block,
        person % 4 as member,
        getvariable('shared') and u(person // 4, 'family') < 0.35 and person % 4 < 2 + number(person // 4, 'size', 3)
            as is_kin,
    from persons_wanted
)

select
    person,
    member,
    is_kin,
    case when is_kin then block * 4 else person end as head,
    -- a son named as his father, and twins: who only differ in what is most easily mistaken
    case when is_kin and member = 2 and u(block, 'junior') < 0.04 then block * 4 else person end as first_key,
    case when is_kin and member = 3 and u(block, 'twins') < 0.04 then person - 1 else person end as birth_key,
from blocks;

create or replace table persons as
with named as (
    select
        *,
        u(head, 'german') < 0.4 as is_german,
        u(first_key, 'female') < 0.5 as is_female,
        case when is_female then pick(getvariable('female'), first_key, 'first', skew := 1.4)
            else pick(getvariable('male'), first_key, 'first', skew := 1.4) end as first_word,
        pick(getvariable('last'), head, 'last', skew := 1.8) as last_name,
        date '1935-01-01' + number(head, 'born', case when is_kin then 13000 else 25500 end)::integer as head_birth_date,
    from kin
),

aged as (
    select
        *,
        split_part(first_word, ':', 1) as first_name,
        list_filter(string_split(split_part(first_word, ':', 2), ','), lambda name: name <> '') as nicknames,
        case
            when not is_kin or member = 0 then head_birth_date
            when member = 1 then head_birth_date + (number(person, 'born', 6000)::integer - 3000)
            else head_birth_date + 9000 + number(birth_key, 'born', 4500)::integer
        end as birth_date,
        is_female and u(person, 'marries') < 0.12 as marries,
        u(head, 'moves') < 0.25 as moves,
        u(person, 'changes mailbox') < 0.25 as changes_email,
        u(person, 'changes number') < 0.2 as changes_phone,
        case when is_kin and u(person, 'landline') < 0.5 then head else person end as phone_key,
        case when is_kin and u(head, 'family mailbox') < 0.5 then head else person end as email_key,
    from named
)

select
    person, head, is_german, first_name, nicknames, last_name, birth_date, phone_key, email_key,
    case when marries then pick(getvariable('last'), person, 'married', skew := 1.8) else last_name end as married_name,
    case when marries then u(person, 'marries when') else 2 end as marries_at,
    case when moves then u(head, 'moves when') else 2 end as moves_at,
    case when changes_email then u(person, 'changes mailbox when') else 2 end as changes_email_at,
    case when changes_phone then u(person, 'changes number when') else 2 end as changes_phone_at,
from aged;

-- no two people ever own the same mailbox, unless they are a family that shares one
create or replace table mailboxes as
with owners as (
    select distinct on (email_key, period) *, slug(first_name) as first_slug, slug(last_name) as last_slug,
        slug(coalesce(nicknames[1], first_name)) as nick_slug, email_key || ' ' || period as mailbox_key,
    from persons cross join (values (1), (2)) as periods (period)
    order by email_key, period, person
),

named as (
    select
        *,
        pick(getvariable('mail_domains'), mailbox_key, 'domain', skew := 1.5) as domain,
        case number(mailbox_key, 'pattern', 7)
            when 0 then first_slug || '.' || last_slug
            when 1 then left(first_slug, 1) || last_slug
            when 2 then first_slug || '_' || last_slug || strftime(birth_date, '%y')
            when 3 then last_slug || '.' || first_slug
            when 4 then nick_slug || year(birth_date)
            when 5 then pick(getvariable('firm_words'), mailbox_key, 'word') || number(mailbox_key, 'digits', 100000)
            else first_slug || left(last_slug, 1) || number(mailbox_key, 'digits', 1000)
        end as local_part,
    from owners
)

select
    email_key,
    period,
    local_part
    -- numbered with a sign that no pattern uses, so that a number never makes another's address
    || case when rank = 1 then '' else '-' || rank end || '@' || domain as email,
from (select *, row_number() over (partition by local_part, domain order by email_key, period) as rank from named);

create or replace table homes as
with drawn as (
    select distinct head, is_german, period, head || ' ' || period as home_key,
    from persons cross join (values (1), (2)) as periods (period)
),

placed as (
    select
        *,
        string_split(case when is_german then pick(getvariable('cities_german'), home_key, 'city', skew := 1.6)
            else pick(getvariable('cities'), home_key, 'city', skew := 1.6) end, ':') as place,
        string_split(case when is_german then pick(getvariable('street_kinds_german'), home_key, 'kind', skew := 1.6)
            else pick(getvariable('street_kinds'), home_key, 'kind', skew := 1.5) end, ':') as kind,
        1 + floor(400 * pow(u(home_key, 'house'), 1.5))::integer as house,
    from drawn
)

select
    head,
    period,
    case when is_german then pick(getvariable('streets_german'), home_key, 'street') || kind[1] || ' ' || house
        else house || ' ' || pick(getvariable('streets'), home_key, 'street') || ' ' || kind[1] end as street,
    case when is_german then pick(getvariable('streets_german'), home_key, 'street') || kind[2] || ' ' || house
        else house || ' ' || pick(getvariable('streets'), home_key, 'street') || ' ' || kind[2] end as street_short,
    case when not is_german and u(home_key, 'unit') < 0.12 then ' Apt ' || (1 + number(home_key, 'flat', 60))
        else '' end as unit,
    place[1] as city,
    left(place[3] || lpad(number(home_key, 'postal', 1000)::varchar, 3, '0'), 5) as postal_code,
    case when is_german then 'DE' else 'US' end as country,
from placed;

create or replace table phones as
with drawn as (
    select distinct phone_key, is_german, period, phone_key || ' ' || period as line_key,
    from persons cross join (values (1), (2)) as periods (period)
)

select
    phone_key,
    period,
    case when is_german then '+49' || split_part(pick(getvariable('cities_german'), line_key, 'city', skew := 1.6), ':', 2)
        || (20000000 + number(line_key, 'line', 70000000))
        else '+1' || split_part(pick(getvariable('cities'), line_key, 'city', skew := 1.6), ':', 2)
        || (2000000 + number(line_key, 'line', 7999999)) end as phone,
from drawn;
