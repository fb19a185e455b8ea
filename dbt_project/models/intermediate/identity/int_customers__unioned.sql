-- the people and organizations of every source: accounts, contacts and leads in one shape
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
        case when accounts.is_person then births.birth_date end as birth_date, accounts.tax_id as official_id,
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
        cast(null as varchar), first_name, last_name,
        birth_date, national_id,
        email, phone, mobile_phone, street, city, state, postal_code, country,
        cast(null as varchar), cast(null as varchar), job_title, acquisition_source,
        has_opted_out_of_email,
        created_at, modified_at, is_deleted, delete_reason, merged_into_record_id, loaded_at
    from contacts
    union all
    select
        source_system, source_instance, 'leads', source_record_id,
        'person',
        cast(null as varchar), first_name, last_name,
        cast(null as date), cast(null as varchar),
        email, phone, mobile_phone, street, city, state, postal_code, country,
        cast(null as varchar), cast(null as varchar), job_title, acquisition_source,
        cast(null as boolean),
        created_at, modified_at, is_deleted, delete_reason, merged_into_record_id, loaded_at
    from leads
),

final as (
    select
        {{ record_id('entity') }} as record_key,
        *
    from records
)

select * from final
