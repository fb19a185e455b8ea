with

versions as (
    select * from {{ ref('int_accounts__versions') }}
),

accounts as (
    select * from {{ ref('int_accounts__unioned') }}
),

users as (
    select * from {{ ref('int_users__unioned') }}
),

periods as (
    {{ unchanged_periods('versions', 'source_system, source_instance, source_record_id', [
        'account_name', 'is_person', 'email', 'phone', 'website', 'industry', 'street', 'city', 'state', 'postal_code',
        'country', 'parent_account_record_id', 'owner_user_record_id', 'is_deleted',
    ]) }}
),

final as (
    select
        {{ record_id(alias='periods') }} as account_id,
        {{ record_id(alias='parents') }} as parent_account_id,
        {{ record_id(alias='users') }} as owner_user_id,
        periods.source_system,
        periods.source_instance,
        periods.source_record_id,
        periods.account_name,
        periods.is_person,
        periods.email,
        periods.phone,
        periods.website,
        periods.industry,
        periods.street,
        periods.postal_code,
        periods.city,
        periods.state,
        periods.country,
        periods.is_deleted,
        periods.valid_from_at,
        periods.valid_to_at,
        periods.known_from_at,
        periods.valid_to_at is null as is_current
    from periods
    left join accounts as parents
        on
            periods.source_system = parents.source_system
            and periods.source_instance = parents.source_instance
            and periods.parent_account_record_id = parents.source_record_id
    {{ join_user('periods', 'owner_user_record_id') }}
)

select * from final
