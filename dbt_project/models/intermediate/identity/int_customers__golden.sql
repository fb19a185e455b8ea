{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='customer_id',
    post_hook="delete from {{ this }} where customer_id not in (select customer_id from {{ ref('base_identity__assignments') }})"
) }}
-- one row per customer: each value from the best record that has it, names and addresses taken whole
with

assigned as (
    select * from {{ ref('int_customers__assigned') }}
),

priorities as (
    select * from {{ ref('source_priorities') }}
),

placeholders as (
    select * from {{ ref('placeholder_values') }}
    where key_type = 'email'
),

members as (
    select
        customer_id,
        {{ hash_of_set("record_key || '|' || loaded_at || '|' || coalesce(cast(birth_date as varchar), '')") }}
            as member_hash
    from assigned
    group by customer_id
),

-- a customer stays as it is while its records do
changed as (
    select members.*
    from members
    {{ join_changed('members', 'customer_id', ['member_hash']) }}
),

-- a mailbox and a whole address may both be listed: the record stays one row
unusable as (
    select distinct assigned.record_key
    from assigned
    inner join placeholders
        on
            placeholders.applies_to in (assigned.customer_type, 'both')
            and placeholders.key_value = case placeholders.match_on
                when 'mailbox' then {{ split_part('assigned.email_key', "'@'", 1) }}
                else assigned.email_key
            end
),

-- survivorship_rank 1 speaks first for its customer
ranked as (
    select
        assigned.*,
        changed.member_hash,
        unusable.record_key is null and assigned.email_key is not null as has_usable_email,
        row_number() over (
            partition by assigned.customer_id
            order by
                assigned.is_deleted,
                assigned.modified_at desc nulls last,
                coalesce(priorities.priority, 100),
                assigned.record_key
        ) as survivorship_rank,
        row_number() over (
            partition by assigned.customer_id
            order by assigned.created_at nulls last, assigned.record_key
        ) as seniority_rank
    from assigned
    inner join changed on assigned.customer_id = changed.customer_id
    left join priorities on assigned.source_system = priorities.source_system
    left join unusable on assigned.record_key = unusable.record_key
),

records as (
    select
        *,
        min(case when first_name is not null and last_name is not null then survivorship_rank end)
            over (partition by customer_id) = survivorship_rank as has_best_name,
        min(case when street is not null or city is not null or postal_code is not null then survivorship_rank end)
            over (partition by customer_id) = survivorship_rank as has_best_address
    from ranked
),

final as (
    select
        customer_id,
        min_by(customer_type, survivorship_rank) as customer_type,
        coalesce(
            max(case when has_best_name then full_name end),
            min_by(full_name, survivorship_rank) filter (where full_name is not null)
        ) as customer_name,
        coalesce(
            max(case when has_best_name then first_name end),
            min_by(first_name, survivorship_rank) filter (where first_name is not null)
        ) as first_name,
        coalesce(
            max(case when has_best_name then last_name end),
            min_by(last_name, survivorship_rank) filter (where last_name is not null)
        ) as last_name,
        min_by(birth_date, survivorship_rank) filter (where birth_date is not null) as birth_date,
        coalesce(
            min_by(email, survivorship_rank) filter (where has_usable_email),
            min_by(email, survivorship_rank) filter (where email is not null)
        ) as email,
        min_by(phone, survivorship_rank) filter (where phone_key is not null) as phone,
        min_by(mobile_phone, survivorship_rank) filter (where mobile_phone_key is not null) as mobile_phone,
        max(case when has_best_address then street end) as street,
        max(case when has_best_address then postal_code end) as postal_code,
        max(case when has_best_address then city end) as city,
        max(case when has_best_address then state end) as state,
        max(case when has_best_address then country end) as country,
        min_by(website, survivorship_rank) filter (where website is not null) as website,
        min_by(industry, survivorship_rank) filter (where industry is not null) as industry,
        min_by(job_title, survivorship_rank) filter (where job_title is not null) as job_title,
        min_by(has_opted_out_of_email, survivorship_rank) filter (where has_opted_out_of_email is not null)
            as has_opted_out_of_email,
        -- where a customer came from is what the first record said
        min_by(acquisition_source, seniority_rank) filter (where acquisition_source is not null) as acquisition_source,
        min(created_at) as first_seen_at,
        max(modified_at) as last_seen_at,
        count(*) as record_count,
        count(distinct source_system || '|' || source_instance) as source_count,
        min(case when is_deleted then 1 else 0 end) = 1 as is_deleted,
        member_hash
    from records
    group by customer_id, member_hash
)

select * from final
