-- every customer spelled out: names, addresses, mailboxes and numbers, before and after their changes
create or replace table named as
with joined as (
    select
        p.*,
        case when p.is_female then f.name else m.name end as first_name,
        nullif(case when p.is_female then f.nick else m.nick end, '') as nickname,
        l.name as last_name1,
        l2.name as last_name2,
        case when p.is_female then f.slug else m.slug end as first_slug,
        l.slug as last_slug1,
        l2.slug as last_slug2,
        b.name as branch_name,
        b.industry,
        stem.name as stem_name,
        form.name as form_name,
        mail.name as mail_name,
        other.name as other_mail_name,
        source.name as source_name,
    from people as p
    inner join words_stem as stem on p.stem = stem.at
    inner join words_form as form on p.form = form.at
    inner join words_mail as mail on p.mail = mail.at
    inner join words_mail as other on p.other_mail = other.at
    inner join words_source as source on p.source = source.at
    inner join words_female as f on p.first = f.at
    inner join words_male as m on p.first = m.at
    inner join words_last as l on p.last = l.at
    inner join words_last as l2 on p.married = l2.at
    inner join words_branch as b on p.branch = b.at
),

homes as (
    select
        p.*,
        s1.name || ' ' || p.house1 as street_1,
        s2.name || ' ' || p.house2 as street_2,
        c1.zip || right('000' || p.zip1, c1.zip_length::int - length(c1.zip)::int)
            as postal_code_1,
        c2.zip || right('000' || p.zip2, c2.zip_length::int - length(c2.zip)::int)
            as postal_code_2,
        c1.name as city_1,
        c2.name as city_2,
        c1.country,
        c1.currency,
        c1.dial,
        c1.area,
    from joined as p
    inner join words_city as c1 on p.city1 = c1.at
    inner join words_city as c2 on p.city2 = c2.at
    inner join words_street as s1 on p.street1 = s1.at
    inner join words_street as s2 on p.street2 = s2.at
),

final as (
    select
        *,
        case when kind = 1 then stem_name || ' ' || branch_name || ' ' || city_1 || ' ' || form_name end as company_name,
        case when kind = 1 then lower(stem_name || '-' || branch_name) || customer || '.com' end as domain,
        first_slug || '.' || last_slug1 || customer || '@' || mail_name as own_email,
        substr(first_slug, 1, 1) || '.' || case when married_at < timestamp '2199-01-01' then last_slug2 else last_slug1 end
            || customer || '@' || other_mail_name as email_2,
        first_slug || '-' || customer || '@' || other_mail_name as email_other,
    from homes
)

select * from final;

-- employees write from their employer's domain, families share a mailbox
create or replace table customers as
with final as (
    select
        n.*,
        case
            when n.kind = 2 then n.first_slug || '.' || n.last_slug1 || (n.customer % 100) || '@' || firm.domain
            when n.shares_email then head.own_email
            when n.kind = 1 then 'info@' || n.domain
            else n.own_email
        end as email_1,
        case when n.kind = 2 then n.first_slug || '.' || n.last_slug1 || (n.customer % 100) || '@' || next_firm.domain end
            as next_work_email,
        case when n.kind = 2 then 'info@' || firm.domain end as role_mailbox,
    from named as n
    left join named as firm on n.employer = firm.customer
    left join named as next_firm on n.next_employer = next_firm.customer
    left join named as head on case when n.shares_email then n.head end = head.customer
)

select * from final;

drop table named;
