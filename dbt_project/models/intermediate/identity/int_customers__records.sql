{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='record_key') }}
-- the people and organizations of every source, in the forms in which they are compared
with

accounts as (
    select * from {{ ref('int_accounts__unioned') }}
),

contacts as (
    select * from {{ ref('int_contacts__unioned') }}
),

leads as (
    select * from {{ ref('int_leads__unioned') }}
),

-- a person account keeps its date of birth on its contact; without it father and son of one name look the same
births as (
    select source_system, source_instance, account_record_id, min(birth_date) as birth_date
    from contacts
    where account_record_id is not null
    group by source_system, source_instance, account_record_id
),

records as (
    select
        accounts.source_system, accounts.source_instance, 'accounts' as entity, accounts.source_record_id,
        case when accounts.is_person then 'person' else 'organization' end as customer_type,
        accounts.account_name as full_name, accounts.first_name, accounts.last_name,
        case when accounts.is_person then births.birth_date end as birth_date,
        email, phone, cast(null as varchar) as mobile_phone, street, city, state, postal_code, country,
        website, industry, cast(null as varchar) as job_title, acquisition_source,
        cast(null as boolean) as has_opted_out_of_email,
        created_at, modified_at, is_deleted, delete_reason, merged_into_record_id, loaded_at
    from accounts
    left join births
        on
            accounts.source_system = births.source_system
            and accounts.source_instance = births.source_instance
            and accounts.source_record_id = births.account_record_id
    union all
    select
        source_system, source_instance, 'contacts', source_record_id,
        'person',
        cast(null as varchar), first_name, last_name, birth_date,
        email, phone, mobile_phone, street, city, state, postal_code, country,
        cast(null as varchar), cast(null as varchar), job_title, acquisition_source,
        has_opted_out_of_email,
        created_at, modified_at, is_deleted, delete_reason, merged_into_record_id, loaded_at
    from contacts
    union all
    select
        source_system, source_instance, 'leads', source_record_id,
        'person',
        cast(null as varchar), first_name, last_name, cast(null as date),
        email, phone, mobile_phone, street, city, state, postal_code, country,
        cast(null as varchar), cast(null as varchar), job_title, acquisition_source,
        cast(null as boolean),
        created_at, modified_at, is_deleted, delete_reason, merged_into_record_id, loaded_at
    from leads
),

keyed as (
    select
        {{ record_id('entity') }} as record_key,
        *
    from records
),

-- a record is as it was built while its log row and its date of birth are
changed as (
    select keyed.*
    from keyed
    {{ join_changed('keyed', 'record_key', ['loaded_at', 'birth_date']) }}
),

named as (
    select
        *,
        coalesce(first_name, case when customer_type = 'person' and last_name is null
            then {{ first_words('full_name') }} end) as known_first_name,
        coalesce(last_name, case when customer_type = 'person' and first_name is null
            then {{ last_word('full_name') }} end) as known_last_name
    from changed
),

final as (
    select
        {{ all_columns_but(['first_name', 'last_name', 'full_name', 'known_first_name', 'known_last_name']) }},
        known_first_name as first_name,
        known_last_name as last_name,
        coalesce(full_name, nullif(trim(coalesce(known_first_name, '') || ' ' || coalesce(known_last_name, '')), ''))
            as full_name,
        {{ text_key('known_first_name') }} as first_name_key,
        {{ text_key(first_word('known_first_name')) }} as first_word_key,
        {{ text_key('known_last_name') }} as last_name_key,
        case when customer_type = 'organization' then {{ organization_key('full_name') }} end as organization_key,
        {{ email_key('email') }} as email_key,
        {{ phone_key('phone') }} as phone_key,
        {{ phone_key('mobile_phone') }} as mobile_phone_key,
        {{ address_key('street', 'postal_code') }} as address_key
    from named
)

select * from final
