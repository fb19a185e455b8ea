{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- an address says whether mail to it is wanted; a person why their data may be kept, in a list like
-- ^consent^,^contract^
with

logged_uses as (
    select * from {{ source('suitecrm', 'email_addr_bean_rel') }}
    {{ latest_records() }}
),

logged_contacts as (
    select * from {{ source('suitecrm', 'contacts') }}
    {{ latest_records() }}
),

addresses as (
    select
        _source as source_instance,
        _record_id as email_address_id,
        case
            when opt_out = 1 then false
            when confirm_opt_in in ('opt-in', 'confirmed-opt-in') then true
        end as is_granted,
        case when opt_out = 1 then date_modified else confirm_opt_in_date end as decided_at
    from {{ source('suitecrm', 'email_addresses') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

uses as (
    select
        {{ record_keys('suitecrm') }},
        email_address_id,
        case when bean_module = 'Contacts' then bean_id end as contact_record_id,
        'email' as channel,
        'marketing' as purpose,
        date_created as created_at,
        date_modified as modified_at,
        {{ record_state() }}
    from logged_uses
),

mail as (
    select
        {{ all_columns_but(['email_address_id'], 'uses') }},
        addresses.is_granted,
        addresses.decided_at
    from uses
    left join addresses
        on
            uses.source_instance = addresses.source_instance
            and uses.email_address_id = addresses.email_address_id
),

processing as (
    select
        {{ record_keys('suitecrm') }},
        _record_id as contact_record_id,
        cast(null as varchar) as channel,
        'processing' as purpose,
        case
            when lawful_basis like '%^withdrawn^%' then false
            when lawful_basis like '%^consent^%' then true
        end as is_granted,
        cast(date_reviewed as timestamp) as decided_at,
        date_entered as created_at,
        date_modified as modified_at,
        {{ record_state() }}
    from logged_contacts
),

final as (
    {{ union_by_name(['mail', 'processing']) }}
)

select * from final
