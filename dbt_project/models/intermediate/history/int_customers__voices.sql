-- what spoke about each customer in each past period in which none of its records changed. What is a placeholder
-- today was one then; what has changed since is told from one by its words.
with

versions as (
    select * from {{ ref('int_customers__versions') }}
),

heard as (
    select * from {{ ref('int_customers__heard') }}
),

fillers as (
    select * from {{ ref('int_placeholders__worded') }}
),

priorities as (
    select * from {{ ref('source_priorities') }}
),

-- the last period is today's, of which golden values speak
periods as (
    select * from {{ ref('int_customers__periods') }}
    where valid_to_at is not null
),

own as (
    select
        periods.period_no,
        versions.record_key as said_by, versions.entity, versions.customer_type, versions.full_name,
        versions.first_name, versions.last_name, versions.email, versions.phone, versions.street,
        versions.postal_code, versions.city, versions.state, versions.country,
        versions.source_system, versions.source_instance, versions.owner_user_record_id,
        {% for known, own in {
            'known_first_name': 'first_name', 'known_last_name': 'last_name', 'known_organization_name': 'full_name',
            'known_street': 'street', 'known_postal_code': 'postal_code', 'known_city': 'city',
            'known_country': 'country',
        }.items() -%}
        case
            when (versions.{{ own }} is not distinct from heard.{{ own }}) then heard.{{ known }}
            when {{ is_told('versions.' ~ own) }} then versions.{{ own }}
        end as {{ known }},
        {% endfor -%}
        {% for known, own in {'known_emails': 'email', 'known_phones': 'phone'}.items() -%}
        case when (versions.{{ own }} is not distinct from heard.{{ own }}) then heard.compared_{{ own }}
            else trim(versions.{{ own }}) end as compared_{{ own }},
        case when (versions.{{ own }} is not distinct from heard.{{ own }}) then heard.{{ known }}
            else {{ list_of(['trim(versions.' ~ own ~ ')']) }} end as {{ known }},
        {% endfor -%}
        heard.has_official_id,
        cast(null as boolean) as is_primary,
        versions.changed_at as said_at,
        versions.created_at,
        versions.is_deleted,
        coalesce(priorities.priority, 100) as priority
    from periods
    inner join versions
        on
            periods.customer_id = versions.customer_id
            and periods.valid_from_at >= versions.valid_from_at
            and (periods.valid_from_at < versions.valid_to_at or versions.valid_to_at is null)
    left join heard on versions.record_key = heard.said_by
    left join priorities on versions.source_system = priorities.source_system
),

-- contact points have no history of their own: they speak from the time they say
beside as (
    select
        periods.period_no,
        heard.said_by, heard.email, heard.phone, heard.compared_email, heard.compared_phone, heard.known_emails,
        heard.known_phones, heard.is_primary, heard.said_at, heard.created_at, heard.is_deleted, heard.priority
    from periods
    inner join heard
        on
            periods.customer_id = heard.customer_id
            and heard.said_by <> heard.record_key
            and coalesce(heard.email, heard.phone) is not null
            and periods.valid_from_at >= heard.created_at
),

final as (
    {{ union_by_name(['own', 'beside']) }}
)

select * from final
