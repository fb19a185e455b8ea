{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- one row per use of an address, whoever uses it: only accounts and contacts have contact points, the others
-- name neither
with

logged as (
    select * from {{ source('suitecrm', 'email_addr_bean_rel') }}
    {{ latest_records() }}
),

addresses as (
    select
        _source as source_instance,
        _record_id as email_address_id,
        {{ decoded('email_address') }} as contact_point_value,
        _op = 'delete' as is_address_deleted
    from {{ source('suitecrm', 'email_addresses') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

told as (
    select
        {{ record_keys('suitecrm') }},
        email_address_id,
        case when bean_module = 'Accounts' then bean_id end as account_record_id,
        case when bean_module = 'Contacts' then bean_id end as contact_record_id,
        'email' as contact_point_type,
        coalesce(primary_address = 1, false) as is_primary,
        date_created as created_at,
        date_modified as modified_at,
        {{ record_state() }}
    from logged
),

final as (
    select
        {{ all_columns_but(['email_address_id', 'is_deleted'], 'told') }},
        addresses.contact_point_value,
        told.is_deleted or coalesce(addresses.is_address_deleted, false) as is_deleted
    from told
    left join addresses
        on
            told.source_instance = addresses.source_instance
            and told.email_address_id = addresses.email_address_id
)

select * from final
