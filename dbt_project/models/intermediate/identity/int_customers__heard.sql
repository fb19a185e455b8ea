-- all that speaks about a customer: its records, what a source keeps beside them to reach it, and its word on e-mail
with

described as (
    select * from {{ ref('int_customers__described') }}
),

contact_points as (
    select *, {{ record_id() }} as contact_point_key
    from {{ ref('int_contact_points__unioned') }}
    where contact_point_type in ('email', 'phone') and not is_deleted
),

standardized as (
    select * from {{ ref('int_contact_points__standardized') }}
),

-- the last decision about each purpose
decisions as (
    select
        *,
        row_number() over (
            partition by source_system, source_instance, contact_record_id, purpose
            order by decided_at desc nulls last, source_record_id
        ) as decision_rank
    from {{ ref('int_consents__unioned') }}
    where lower(channel) = 'email' and is_granted is not null and not is_deleted
),

-- a no to one purpose is a no
consents as (
    select
        *,
        source_system || '|' || source_instance || '|contacts|' || contact_record_id as record_key,
        row_number() over (
            partition by source_system, source_instance, contact_record_id
            order by is_granted, decided_at desc nulls last, source_record_id
        ) as consent_rank
    from decisions
    where decision_rank = 1
),

reached as (
    select
        described.customer_id, described.record_key,
        {{ record_id("'contact_points'", 'contact_points') }} as said_by,
        case contact_points.contact_point_type when 'email' then contact_points.contact_point_value end as email,
        case contact_points.contact_point_type when 'phone' then contact_points.contact_point_value end as phone,
        standardized.email as compared_email, standardized.phone as compared_phone,
        described.known_emails, described.known_phones,
        contact_points.is_primary,
        coalesce(contact_points.modified_at, described.said_at) as said_at,
        coalesce(contact_points.created_at, described.created_at) as created_at,
        described.is_deleted,
        described.priority
    from contact_points
    inner join standardized on contact_points.contact_point_key = standardized.contact_point_key
    inner join described on standardized.record_key = described.record_key
),

consented as (
    select
        described.customer_id, described.record_key,
        {{ record_id("'consents'", 'consents') }} as said_by,
        not consents.is_granted as has_opted_out_of_email,
        coalesce(consents.decided_at, consents.modified_at) as said_at,
        consents.created_at,
        described.is_deleted,
        described.priority
    from consents
    inner join described on consents.record_key = described.record_key
    where consents.consent_rank = 1
),

final as (
    {{ union_by_name(['described', 'reached', 'consented']) }}
)

select * from final
