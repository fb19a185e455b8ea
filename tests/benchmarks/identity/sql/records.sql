-- one row per record of `records_wanted(record, version, person)`: a person as somebody typed them in at some time
create or replace table typed as
with true_now as (
    select
        wanted.record, wanted.version, wanted.person, wanted.key, persons.head, persons.phone_key, persons.email_key,
        first_name, nicknames, birth_date, typed_at,
        case when marries_at < typed_at then married_name else last_name end as last_name,
        case when moves_at < typed_at then 2 else 1 end as home,
        case when changes_email_at < typed_at then 2 else 1 end as mailbox,
        case when changes_phone_at < typed_at then 2 else 1 end as line,
        -- some forms ask for a name and one way to answer, nothing else
        case when u(key, 'form') < 0.01 then 'e-mail' when u(key, 'form') < 0.015 then 'phone' else 'whole' end as form,
    from (select *, record || '.' || version as key, u(record || '.' || version, 'typed') as typed_at from records_wanted)
        as wanted
    join persons using (person)
),

joined as (
    select t.*, m.email, l.phone, h.street, h.street_short, h.unit, h.city, h.postal_code, h.country
    from true_now as t
    join mailboxes as m on t.email_key = m.email_key and t.mailbox = m.period
    join phones as l on t.phone_key = l.phone_key and t.line = l.period
    join homes as h on t.head = h.head and t.home = h.period
),

typed as (
    select
        record, version, person, key,
        case
            when u(key, 'no first') < 0.005 then null
            when len(nicknames) > 0 and u(key, 'nick') < 0.15 then nicknames[1 + number(key, 'which', len(nicknames))]
            when u(key, 'initial') < 0.015 then left(first_name, 1)
            when u(key, 'first slip') < 0.03 then mistyped(first_name, key, 'first')
            else first_name
        end as first_name,
        case
            when u(key, 'no last') < 0.005 then null
            when u(key, 'last slip') < 0.04 then mistyped(last_name, key, 'last')
            else last_name
        end as last_name,
        case
            when form <> 'whole' or u(key, 'no birth') < 0.3 then null
            when u(key, 'birth slip') < 0.006 and day(birth_date) <= 12
                then make_date(year(birth_date), day(birth_date), month(birth_date))
            when u(key, 'birth slip') < 0.012 then birth_date + 1
            when u(key, 'birth slip') < 0.018 then (birth_date + interval 1 year)::date
            when u(key, 'birth slip') < 0.024 then (birth_date - interval 10 year)::date
            else birth_date
        end as birth_date,
        case when form = 'phone' or u(key, 'no email') < 0.2 then null else email end as email,
        case
            when form = 'phone' or u(key, 'no email') < 0.2 then null
            when u(key, 'email slip') < 0.015
                then mistyped(split_part(email, '@', 1), key, 'email') || '@' || split_part(email, '@', 2)
            else email
        end as email_typed,
        case
            when form = 'e-mail' or u(key, 'no phone') < 0.25 then null
            when u(key, 'phone slip') < 0.02 then misdialled(phone, key, 'phone')
            else phone
        end as phone,
        case when form = 'whole' and u(key, 'no street') >= 0.15 then
            case when u(key, 'short') < 0.25 then street_short else street end
            || case when u(key, 'unit') < 0.6 then unit else '' end
        end as street,
        case when form = 'whole' and u(key, 'no city') >= 0.08 then city end as city,
        case when form = 'whole' and u(key, 'no postal') >= 0.12 then postal_code end as postal_code,
        country,
    from joined
),

-- a slip of the finger never lands in the mailbox of somebody else
own_mailbox as (
    select
        typed.* exclude (email, email_typed),
        case
            when mailboxes.email is null
                and min(person) over (partition by email_typed) = max(person) over (partition by email_typed)
                then email_typed
            else typed.email
        end as email,
    from typed
    left join mailboxes on nullif(typed.email_typed, typed.email) = mailboxes.email
)

select
    record, version, person, key,
    case when u(key, 'swapped') < 0.004 then last_name else first_name end as first_name,
    case when u(key, 'swapped') < 0.004 then first_name else last_name end as last_name,
    birth_date, email, phone,
    case when u(key, 'street slip') < 0.04 then mistyped(street, key, 'street') else street end as street,
    case when u(key, 'city slip') < 0.02 then mistyped(city, key, 'city') else city end as city,
    case when u(key, 'postal slip') < 0.02
        then left(postal_code, 4) || number(key, 'postal', 10) else postal_code end as postal_code,
    country,
from own_mailbox;

-- what people type to get past a form, mailboxes of firms and of a clerk who enters his own
create or replace table records as
with filled as (
    select
        *,
        getvariable('shared') and u(key, 'role mailbox') < 0.03 as has_role_mailbox,
        pick(getvariable('firm_words'), key, 'firm') || '-' || pick(getvariable('firm_ends'), key, 'firm end') as firm,
        getvariable('shared') and u(key, 'clerk') < 0.005 as has_clerk_mailbox,
        getvariable('shared') and u(key, 'bad email') < 0.03 as has_bad_email,
        getvariable('shared') and u(key, 'bad phone') < 0.03 as has_bad_phone,
        getvariable('shared') and u(key, 'bad birth') < 0.03 as has_bad_birth_date,
        getvariable('shared') and u(key, 'bad first') < 0.005 as has_bad_first_name,
        getvariable('shared') and u(key, 'bad street') < 0.01 as has_bad_street,
    from typed
)

select
    record, version, person,
    case when has_bad_first_name then pick(getvariable('placeholder_names'), key, 'name') else first_name end as first_name,
    last_name,
    case when has_bad_birth_date then pick(getvariable('placeholder_dates'), key, 'date', skew := 1.5)::date
        else birth_date end as birth_date,
    case
        when has_bad_email then pick(getvariable('placeholder_emails'), key, 'mail', skew := 1.5)
        when has_clerk_mailbox then 'clerk' || number(key, 'clerk number', 20) || '@shop-counter.com'
        when has_role_mailbox then pick(getvariable('role_mailboxes'), key, 'role', skew := 1.5) || '@' || firm || '.com'
        else email
    end as email,
    case
        when has_bad_phone then pick(getvariable('placeholder_phones'), key, 'dial', skew := 1.5)
        -- the switchboard of the firm
        when has_role_mailbox then '+1212' || (2000000 + number(firm, 'switchboard', 7999999))
        else phone
    end as phone,
    case when has_bad_street then pick(getvariable('placeholder_names'), key, 'house') else street end as street,
    city, postal_code, country,
from filled;
