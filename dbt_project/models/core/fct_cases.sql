with

cases as (
    select * from {{ ref('int_cases__assigned') }}
),

users as (
    select * from {{ ref('int_users__unioned') }}
),

final as (
    select
        {{ record_id(alias='cases') }} as case_id,
        cases.customer_id,
        cases.person_customer_id,
        {{ record_id(alias='users') }} as owner_user_id,
        cases.source_system,
        cases.source_instance,
        cases.source_record_id,
        cases.survivor_account_record_id as account_record_id,
        cases.survivor_contact_record_id as contact_record_id,
        cases.case_number,
        cases.case_status,
        cases.case_priority,
        cases.case_type,
        cases.channel,
        cases.subject,
        cases.opened_at,
        cases.closed_at,
        cases.opened_date,
        {{ reporting_date('cases.closed_at') }} as closed_date,
        cast({{ datediff('cases.opened_at', 'cases.closed_at', 'minute') }} as integer) as minutes_to_close,
        coalesce(cases.opened_date <= {{ as_of() }}, false) and not cases.is_deleted as is_counted,
        cases.is_deleted,
        cases.delete_reason,
        cases.created_at,
        cases.modified_at
    from cases
    {{ join_user('cases', 'owner_user_record_id') }}
)

select * from final
