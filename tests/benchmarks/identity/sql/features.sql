-- `people(record_key, first_name, last_name, birth_date, email, phone, street, city, postal_code, country, official_id)`
-- in the forms in which the matcher compares them: plain normalization, enough to measure the matcher by itself
create or replace macro key_form(text) as
    nullif(regexp_replace(regexp_replace(strip_accents(lower(replace(text, 'ß', 'ss'))), '([aou])e', '\1', 'g'),
        '[^\p{L}\p{N}]+', '', 'g'), '');

create or replace macro digits(text) as regexp_replace(text, '[^0-9]', '', 'g');

create or replace temp table formal as
select key_form(nickname) as nickname, list(distinct key_form(first_name)) as names,
from nicknames
group by all;

create or replace temp table cleaned as
with trimmed as (
    select
        record_key,
        nullif(trim(case when lower(first_name) in ('n/a', 'unknown', 'test', '-', 'n.n.', '.') then '' else first_name end), '')
            as first_name,
        nullif(trim(case when lower(last_name) in ('n/a', 'unknown', 'test', '-', 'n.n.', '.') then '' else last_name end), '')
            as last_name,
        case when birth_date > date '1901-01-02' and birth_date <= date '2026-01-01' and birth_date <> date '1970-01-01' then birth_date end
            as birth_date,
        case when regexp_full_match(lower(trim(email)), '[^@\s]+@[^@\s]+\.[^@\s]+')
            and not regexp_matches(lower(email), '^(test|none|noemail|unknown|n/?a|noreply)@') then lower(trim(email)) end as email,
        case when length(digits(phone)) >= 8 and replace(digits(phone), left(digits(phone), 1), '') <> '' and digits(phone) !~ '0{6}'
            and not regexp_matches(digits(phone), '9{9}') then '+' || digits(phone) end as phone,
        nullif(trim(case when lower(street) in ('n/a', 'unknown', 'test', '-', 'n.n.', '.') then '' else lower(street) end), '')
            as street,
        key_form(postal_code) as postal_code, key_form(city) as city, upper(country) as country, official_id,
    from people
)

select
    record_key,
    key_form(first_name) as first_name,
    key_form(regexp_extract(first_name, '^[^\s-]+')) as given_name,
    key_form(regexp_replace(lower(last_name), '\b(von|van|der|den|de|del|la|le|du|di|da|zu|zur|vom|ten|ter)\s+', '', 'g')) as last_name,
    list_filter(list_transform(regexp_split_to_array(lower(last_name), '[\s-]+'), lambda word: key_form(word)),
        lambda word: word is not null) as last_name_parts,
    birth_date, email, phone,
    key_form(regexp_replace(regexp_replace(regexp_replace(street, '\s(apt|unit|suite|#)\.?\s*\w+$', ''),
        '(straße|strasse|str\.|\bstreet|\bst\.?)(\s|$)', 'st\2'),
        '\b(avenue|road|drive|lane|court|boulevard|platz|place|crescent|circuit)\b', '\1')) as street,
    postal_code, city, country, official_id,
from trimmed;

-- who writes under an address or number: many strangers make it worthless, a second given name makes it shared
create or replace temp table email_use as
select
    email,
    count(distinct coalesce(left(first_name, 3), '') || '|' || coalesce(left(last_name, 3), '')) as names,
    -- initials tell nothing
    min(coalesce(formal.names[1], given_name)) filter (where length(given_name) > 1) as first_in_order,
    max(coalesce(formal.names[1], given_name)) filter (where length(given_name) > 1) as last_in_order,
    jaro_winkler_similarity(first_in_order, last_in_order) < 0.6 as has_several_names,
from cleaned
left join formal on cleaned.given_name = formal.nickname
where email is not null
group by email;

create or replace temp table phone_use as
select phone, count(distinct coalesce(left(first_name, 3), '') || '|' || coalesce(left(last_name, 3), '')) as names,
from cleaned
where phone is not null
group by phone;

create schema if not exists intermediate;
create or replace table intermediate.int_customers__features as
select
    record_key,
    'person' as customer_type,
    first_name,
    case when given_name is not null
        then list_sort(list_distinct(list_concat([given_name], coalesce(formal.names, [])))) end as given_names,
    last_name,
    case when len(last_name_parts) > 0 then last_name_parts end as last_name_parts,
    birth_date,
    case when email_use.names <= 8 then [cleaned.email] end as emails,
    coalesce(email_use.has_several_names, false) as is_email_shared,
    case when email_use.names <= 8 then split_part(cleaned.email, '@', 1) end as mailbox,
    case when phone_use.names <= 8 then [cleaned.phone] end as phones,
    street, postal_code, city, country, official_id,
    null::varchar as organization_name,
    null::varchar[] as organization_words,
    case
        when split_part(cleaned.email, '@', 2) in (
            'gmail.com', 'yahoo.com', 'gmx.de', 'hotmail.com', 'web.de', 'outlook.com', 'icloud.com', 't-online.de',
            'aol.com', 'comcast.net', 'freenet.de', 'posteo.de', 'proton.me', 'mail.com'
        ) then null
        when cleaned.email is not null then [split_part(cleaned.email, '@', 2)]
    end as domains,
from cleaned
left join formal on cleaned.given_name = formal.nickname
left join email_use on cleaned.email = email_use.email
left join phone_use on cleaned.phone = phone_use.phone
order by record_key;

create or replace table intermediate.int_customers__links (
    record_key varchar, other_record_key varchar, rule varchar, weight double
);
