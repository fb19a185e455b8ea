{{ config(materialized='table') }}
-- what a record can be recognized by; placeholders and values that too many share say nothing and are left out
with

records as (
    select * from {{ ref('int_customers__records') }}
),

contact_points as (
    select * from {{ ref('int_contact_points__unioned') }}
    where not is_deleted
),

placeholders as (
    select * from {{ ref('placeholder_values') }}
),

spelled as (
    select record_key, customer_type, 'email' as key_type, email_key as key_value from records
    union all
    select record_key, customer_type, 'phone', phone_key from records
    union all
    select record_key, customer_type, 'phone', mobile_phone_key from records
    union all
    select record_key, customer_type, 'address', address_key from records
    union all
    select
        records.record_key,
        records.customer_type,
        contact_points.contact_point_type,
        case contact_points.contact_point_type
            when 'email' then {{ email_key('contact_points.contact_point_value') }}
            when 'phone' then {{ phone_key('contact_points.contact_point_value') }}
        end
    from contact_points
    inner join records
        on
            contact_points.source_system = records.source_system
            and contact_points.source_instance = records.source_instance
            and case when contact_points.contact_record_id is null then 'accounts' else 'contacts' end = records.entity
            and coalesce(contact_points.contact_record_id, contact_points.account_record_id) = records.source_record_id
),

known as (
    select distinct spelled.*
    from spelled
    left join placeholders
        on
            spelled.key_type = placeholders.key_type
            and placeholders.applies_to in (spelled.customer_type, 'both')
            and placeholders.key_value = case placeholders.match_on
                when 'mailbox' then {{ split_part('spelled.key_value', "'@'", 1) }}
                else spelled.key_value
            end
    where
        spelled.key_value is not null
        and placeholders.key_value is null
        -- one digit repeated is a form filled in to get past it
        and not (spelled.key_type = 'phone' and replace(spelled.key_value, left(spelled.key_value, 1), '') = '')
),

popularity as (
    select
        known.key_type,
        known.key_value,
        count(*) as record_count,
        count(distinct coalesce(records.organization_key, records.last_name_key || '|' || records.first_word_key))
            as name_count
    from known
    inner join records on known.record_key = records.record_key
    group by known.key_type, known.key_value
),

final as (
    select known.*
    from known
    inner join popularity
        on
            known.key_type = popularity.key_type
            and known.key_value = popularity.key_value
    where
        popularity.record_count <= {{ var('max_records_per_key') }}
        and popularity.name_count <= {{ var('max_names_per_key') }}
)

select * from final
