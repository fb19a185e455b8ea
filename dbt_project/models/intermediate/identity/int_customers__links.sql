{{ config(materialized='table') }}
-- pairs of records that are one customer because a source says so
with

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
final as (
    select distinct
        least(stated.record_key, stated.other_record_key) as record_key,
        greatest(stated.record_key, stated.other_record_key) as other_record_key,
        stated.rule,
        cast(1.0 as double) as weight
    from stated
    inner join records on stated.record_key = records.record_key
    inner join records as others on stated.other_record_key = others.record_key
    where records.customer_type = others.customer_type
)

select * from final
