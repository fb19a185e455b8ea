-- which record of a customer speaks first, rank 1, and whose name and address are taken whole
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

ranked as (
    select
        assigned.customer_id,
        assigned.record_key,
        assigned.first_name is not null and assigned.last_name is not null as has_name,
        coalesce(assigned.street, assigned.city, assigned.postal_code) is not null as has_address,
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
    left join priorities on assigned.source_system = priorities.source_system
    left join unusable on assigned.record_key = unusable.record_key
),

final as (
    select
        customer_id,
        record_key,
        has_usable_email,
        survivorship_rank,
        seniority_rank,
        min(case when has_name then survivorship_rank end) over (partition by customer_id) = survivorship_rank
            as has_best_name,
        min(case when has_address then survivorship_rank end) over (partition by customer_id) = survivorship_rank
            as has_best_address
    from ranked
)

select * from final
