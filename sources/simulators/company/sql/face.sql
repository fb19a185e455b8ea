-- how a record shows its customer at a moment: {at} is the moment, {from} yields r (records) joined with c (customers)
with known as (
    select
        {columns}
        c.kind,
        c.country,
        r.has_typo,
        r.is_swapped and c.kind <> 1 as is_swapped,
        r.is_upper,
        c.customer,
        case when r.uses_nickname then coalesce(c.nickname, substr(c.first_name, 1, 1) || '.') else c.first_name end as given,
        as_at({at}, r.married_at, c.last_name1, c.last_name2) as family,
        case
            when c.kind = 1 and (r.has_typo or r.uses_nickname) then substr(c.company_name, 1, length(c.company_name) - length(c.form_name) - 1)
            else c.company_name
        end as company_name,
        case
            when r.lacks_email then null
            when c.kind = 1 then c.email_1
            when r.role_email then c.role_mailbox
            when r.other_email then c.email_other
            when c.kind = 2 and r.system = 0 then as_at({at}, c.job_changed_at, c.email_1, c.next_work_email)
            when c.kind = 2 then c.own_email
            else as_at({at}, r.email_changed_at, c.email_1, c.email_2)
        end as email,
        case
            when r.lacks_phone then null
            when r.placeholder_phone then ['0000000', '000 000', '123456', 'n/a', '+49 000 0000000'][1 + c.customer % 5]
            else phone_text(
                c.dial, c.area,
                local_number(
                    c.customer, case when r.other_phone then 2 when r.phone_changed_at <= {at} then 1 else 0 end
                ),
                r.phone_format
            )
        end as phone,
        case when not r.lacks_address then as_at({at}, r.moved_at, c.street_1, c.street_2) end as street,
        case when not r.lacks_address then as_at({at}, r.moved_at, c.postal_code_1, c.postal_code_2) end as postal_code,
        case when not r.lacks_address then as_at({at}, r.moved_at, c.city_1, c.city_2) end as city,
    from {from}
),

damaged as (
    select
        * replace (case when has_typo and customer % 2 = 0 then mistyped(family, customer // 2) else family end as family,
            case when has_typo and customer % 2 = 1 then mistyped(given, customer // 2) else given end as given),
    from known
),

placed as (
    select
        * replace (case when is_swapped then family else given end as given,
            case when is_swapped then given else family end as family),
    from damaged
),

final as (
    select
        * exclude (given, family, has_typo, is_swapped, is_upper, kind, customer)
        replace (case when is_upper then upper(company_name) else company_name end as company_name,
            case when is_upper then upper(street) else street end as street,
            case when is_upper then upper(email) else email end as email),
        case when kind = 1 then null when is_upper then upper(given) else given end as first_name,
        case when kind = 1 then null when is_upper then upper(family) else family end as last_name,
    from placed
)

select * from final
