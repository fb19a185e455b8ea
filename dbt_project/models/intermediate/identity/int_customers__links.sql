{{ config(materialized='table') }}
-- which records are one customer, by which rule, and how sure it is; a further matcher adds rows here
with

compared as (
    select * from {{ ref('int_customers__compared') }}
    where not has_other_birth_date
),

merged_records as (
    select * from {{ ref('int_merges__resolved') }}
    where entity in ('accounts', 'contacts', 'leads')
),

contacts as (
    select * from {{ ref('int_contacts__unioned') }}
),

leads as (
    select * from {{ ref('int_leads__unioned') }}
),

records as (
    select record_key, customer_type from {{ ref('int_customers__records') }}
),

stated as (
    select
        {{ record_id('entity') }} as record_key,
        {{ record_id('entity', record='survivor_record_id') }} as other_record_key,
        'merged_in_source' as rule
    from merged_records
    union all
    select
        {{ record_id("'contacts'") }},
        {{ record_id("'accounts'", record='account_record_id') }},
        'person_account'
    from contacts
    where account_record_id is not null
    union all
    select
        {{ record_id("'leads'") }},
        {{ record_id("'contacts'", record='converted_contact_record_id') }},
        'lead_conversion'
    from leads
    where converted_contact_record_id is not null
    union all
    select
        {{ record_id("'leads'") }},
        {{ record_id("'accounts'", record='converted_account_record_id') }},
        'lead_conversion'
    from leads
    where converted_account_record_id is not null
),

-- a contact of a business account is not that business: only records of one kind are linked
certain as (
    select
        least(stated.record_key, stated.other_record_key) as record_key,
        greatest(stated.record_key, stated.other_record_key) as other_record_key,
        stated.rule,
        1.0 as weight
    from stated
    inner join records on stated.record_key = records.record_key
    inner join records as others on stated.other_record_key = others.record_key
    where records.customer_type = others.customer_type
),

by_email as (
    select record_key, other_record_key, 'email_and_name' as rule, 0.99 as weight
    from compared
    where shares_email and (has_same_first_name or has_swapped_names or has_close_organization_name
        or has_same_organization_name)
),

by_phone as (
    select record_key, other_record_key, 'phone_and_name' as rule, 0.97 as weight
    from compared
    where shares_phone and ((has_same_first_name and (has_same_last_name or has_close_last_name)) or has_swapped_names
        or has_close_organization_name or has_same_organization_name)
),

by_address as (
    select record_key, other_record_key, 'name_and_address' as rule, 0.95 as weight
    from compared
    where shares_address and ((has_same_first_name and has_same_last_name) or has_swapped_names
        or has_same_organization_name)
),

final as (
    select distinct record_key, other_record_key, rule, cast(weight as double) as weight from certain
    union all
    select record_key, other_record_key, rule, cast(weight as double) from by_email
    union all
    select record_key, other_record_key, rule, cast(weight as double) from by_phone
    union all
    select record_key, other_record_key, rule, cast(weight as double) from by_address
)

select * from final
