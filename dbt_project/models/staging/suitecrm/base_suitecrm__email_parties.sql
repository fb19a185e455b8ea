{{ config(materialized='view') }}
-- what an e-mail was filed under goes before who has the addresses that it went between
with

latest_beans as (
    select * from {{ source('suitecrm', 'emails_beans') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

latest_addresses as (
    select * from {{ source('suitecrm', 'emails_email_addr_rel') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

users_of_addresses as (
    select * from {{ ref('base_suitecrm__email_addresses') }}
),

parties as (
    select
        _source as source_instance,
        email_id,
        bean_module,
        bean_id,
        1 as preference
    from latest_beans
    where _op <> 'delete'
    union all
    select
        latest_addresses._source,
        latest_addresses.email_id,
        users_of_addresses.bean_module,
        users_of_addresses.bean_id,
        case latest_addresses.address_type when 'from' then 2 when 'to' then 3 else 4 end
    from latest_addresses
    inner join users_of_addresses
        on
            latest_addresses._source = users_of_addresses.source_instance
            and latest_addresses.email_address_id = users_of_addresses.email_address_id
    where latest_addresses._op <> 'delete' and users_of_addresses.bean_module in ('Accounts', 'Contacts', 'Leads')
),

ranked as (
    select
        *,
        row_number() over (
            partition by source_instance, email_id, bean_module order by preference, bean_id
        ) as place
    from parties
),

final as (
    select
        source_instance,
        email_id,
        max(case when bean_module = 'Accounts' then bean_id end) as account_record_id,
        max(case when bean_module = 'Contacts' then bean_id end) as contact_record_id,
        max(case when bean_module = 'Leads' then bean_id end) as lead_record_id,
        max(case when bean_module = 'Opportunities' then bean_id end) as opportunity_record_id
    from ranked
    where place = 1
    group by source_instance, email_id
)

select * from final
