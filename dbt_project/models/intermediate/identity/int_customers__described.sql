-- what each record says about its customer, beside the compared forms that tell a value from a placeholder
with

assigned as (
    select * from {{ ref('int_customers__assigned') }}
),

standardized as (
    select * from {{ ref('int_customers__standardized') }}
),

features as (
    select * from {{ ref('int_customers__features') }}
),

priorities as (
    select * from {{ ref('source_priorities') }}
),

final as (
    select
        assigned.customer_id, assigned.record_key, assigned.record_key as said_by, assigned.customer_type,
        assigned.source_system, assigned.source_instance,
        assigned.full_name, assigned.first_name, assigned.last_name, assigned.birth_date,
        assigned.email, assigned.phone, assigned.mobile_phone,
        assigned.street, assigned.postal_code, assigned.city, assigned.state, assigned.country,
        assigned.website, assigned.industry, assigned.job_title,
        assigned.acquisition_source, assigned.has_opted_out_of_email,
        standardized.email as compared_email,
        standardized.phone as compared_phone,
        standardized.mobile_phone as compared_mobile_phone,
        standardized.website_domain,
        features.first_name as known_first_name,
        features.last_name as known_last_name,
        features.organization_name as known_organization_name,
        features.birth_date as known_birth_date,
        features.emails as known_emails,
        features.phones as known_phones,
        features.street as known_street,
        features.postal_code as known_postal_code,
        features.city as known_city,
        features.country as known_country,
        features.domains as known_domains,
        features.official_id is not null as has_official_id,
        assigned.modified_at as said_at,
        assigned.created_at,
        assigned.is_deleted,
        coalesce(priorities.priority, 100) as priority
    from assigned
    left join standardized on assigned.record_key = standardized.record_key
    left join features on assigned.record_key = features.record_key
    left join priorities on assigned.source_system = priorities.source_system
)

select * from final
