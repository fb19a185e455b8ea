-- one row per lead and age at which it was looked at, while it was open: what was known by then, and what came of it
with leads as (
    select
        lead_id,
        customer_id,
        source_system,
        source_instance,
        source_record_id,
        created_at::date as created_date,
        case when is_converted then coalesce(converted_date, modified_at::date) end as converted_date,
        is_deleted,
        coalesce(acquisition_source, 'unknown') as acquisition_source,
        coalesce(job_title, 'none') as job_title,
        coalesce(country, 'unknown') as country,
        has_email::integer as has_email,
        has_phone::integer as has_phone,
        (has_email and job_title is not null)::integer as has_email_at_work,
        -- a linear change of the times, in years from any fixed day
        date_diff('day', date '2020-01-01', created_at::date) / 365.25 as created_year,
    from core.fct_leads
    where created_at::date <= $as_of and (delete_reason is null or delete_reason <> 'merged')
),

ages as (
    select unnest($ages)::integer as age_days
),

-- open at that age, as far as anybody can tell today; a deleted lead was open as long as it was not converted
looked_at as (
    select
        leads.*,
        ages.age_days,
        created_date + ages.age_days as seen_date,
    from leads
    cross join ages
    where
        created_date + ages.age_days <= $as_of
        and (converted_date is null or converted_date > created_date + ages.age_days)
    union all
    -- as it is today
    select
        leads.*,
        least(date_diff('day', created_date, $as_of), $last_age)::integer as age_days,
        $as_of as seen_date,
    from leads
    where $is_scoring and converted_date is null and not is_deleted
),

contacts as (
    select
        looked_at.lead_id,
        looked_at.age_days,
        count(*) filter (direction = 'inbound') as inbound_count,
        count(*) filter (direction = 'outbound') as outbound_count,
        count(*) filter (interaction_type = 'call') as call_count,
        count(*) filter (interaction_type = 'email') as email_count,
        count(*) filter (interaction_type in ('meeting', 'visit')) as meeting_count,
    from looked_at
    inner join core.fct_interactions as interactions
        on
            looked_at.source_system = interactions.source_system
            and looked_at.source_instance = interactions.source_instance
            and looked_at.source_record_id = interactions.lead_record_id
    where
        interactions.is_counted
        and interactions.occurred_date <= looked_at.created_date + looked_at.age_days
    group by looked_at.lead_id, looked_at.age_days
),

final as (
    select
        looked_at.lead_id,
        looked_at.created_date,
        looked_at.converted_date,
        looked_at.seen_date,
        date_diff('day', looked_at.created_date, looked_at.seen_date) as lead_age_days,
        coalesce(converted_date <= looked_at.created_date + $days, false) as is_converted,
        looked_at.age_days,
        acquisition_source,
        job_title,
        country,
        has_email,
        has_phone,
        has_email_at_work,
        created_year,
        coalesce(inbound_count, 0) as inbound_count,
        coalesce(outbound_count, 0) as outbound_count,
        coalesce(call_count, 0) as call_count,
        coalesce(email_count, 0) as email_count,
        coalesce(meeting_count, 0) as meeting_count,
    from looked_at
    left join contacts
        on looked_at.lead_id = contacts.lead_id and looked_at.age_days = contacts.age_days
)

select * from final order by lead_id, age_days
