-- which person works, or worked, for which organization: contacts that belong to an organization's account
with

contacts as (
    select * from {{ ref('int_contacts__unioned') }}
),

accounts as (
    select *, 'accounts' as entity from {{ ref('int_accounts__unioned') }}
),

merged_records as (
    select * from {{ ref('int_merges__resolved') }}
),

assigned as (
    select * from {{ ref('base_identity__assignments') }}
),

people as (
    select * from assigned
    where customer_type = 'person'
),

organizations as (
    select * from assigned
    where customer_type = 'organization'
),

followed as (
    select
        contacts.*,
        coalesce(accounts.survivor_record_id, contacts.account_record_id) as survivor_account_record_id
    from contacts
    {{ join_named_record('merged_records', 'accounts', 'contacts', 'account_record_id') }}
    where contacts.account_record_id is not null
),

employed as (
    select
        followed.*,
        contacts.customer_id as person_customer_id,
        accounts.customer_id as organization_customer_id
    from followed
    {{ join_named_record('people', 'contacts', 'followed', 'source_record_id') }}
    {{ join_named_record('organizations', 'accounts', 'followed', 'survivor_account_record_id') }}
),

final as (
    select
        employed.person_customer_id,
        employed.organization_customer_id,
        employed.source_system,
        employed.source_instance,
        employed.source_record_id,
        employed.survivor_account_record_id as account_record_id,
        employed.job_title,
        employed.created_at,
        employed.modified_at,
        not employed.is_deleted and not coalesce(accounts.is_deleted, false) as is_current
    from employed
    {{ join_named_record('accounts', 'accounts', 'employed', 'survivor_account_record_id') }}
    where employed.person_customer_id is not null and employed.organization_customer_id is not null
)

select * from final
