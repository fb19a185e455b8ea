{{ config(materialized='view') }}
with

golden as (
    select * from {{ ref('int_customers__golden') }}
),

owners as (
    select * from {{ ref('int_customers__owned') }}
),

aliases as (
    select customer_id, count(*) as alias_count
    from {{ ref('int_customers__aliases') }}
    group by customer_id
),

final as (
    select
        golden.customer_id,
        golden.customer_type,
        golden.customer_name,
        golden.first_name,
        golden.last_name,
        golden.birth_date,
        golden.email,
        golden.phone,
        golden.mobile_phone,
        golden.street,
        golden.postal_code,
        golden.city,
        golden.state,
        golden.country,
        golden.website,
        golden.industry,
        golden.job_title,
        golden.acquisition_source,
        golden.has_opted_out_of_email,
        golden.first_seen_at,
        golden.last_seen_at,
        cast(golden.record_count as integer) as record_count,
        cast(golden.source_count as integer) as source_count,
        cast(coalesce(aliases.alias_count, 0) as integer) as alias_count,
        owners.owner_user_id,
        golden.is_deleted
    from golden
    left join owners on golden.customer_id = owners.customer_id
    left join aliases on golden.customer_id = aliases.customer_id
)

select * from final
