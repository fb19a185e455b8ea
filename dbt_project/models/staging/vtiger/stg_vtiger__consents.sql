{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- a contact says whether mail is unwanted; that it is wanted nobody says, and when it was said is not kept
with

logged as (
    select * from {{ source('vtiger', 'vtiger_contactdetails') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

final as (
    select
        {{ record_keys('vtiger') }},
        _record_id as contact_record_id,
        'email' as channel,
        'marketing' as purpose,
        case when emailoptout in ('1', 'on') then false end as is_granted,
        cast(null as timestamp) as decided_at,
        {{ in_utc('createdtime') }} as created_at,
        {{ in_utc('modifiedtime') }} as modified_at,
        {{ record_state() }}
    from logged
)

select * from final
