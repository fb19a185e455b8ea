with

latest as (
    select * from {{ source('salesforce', 'case') }}
    {{ latest_records() }}
),

final as (
    select
        {{ record_keys('salesforce') }},
        AccountId as account_record_id,
        ContactId as contact_record_id,
        OwnerId as owner_user_record_id,
        CaseNumber as case_number,
        Status as case_status,
        Priority as case_priority,
        Type as case_type,
        Origin as channel,
        Subject as subject,
        CreatedDate as opened_at,
        ClosedDate as closed_at,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        {{ record_state() }}
    from latest
)

select * from final
