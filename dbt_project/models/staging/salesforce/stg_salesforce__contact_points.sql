{{ config(materialized='table') }}
-- built whole each night: whether a number was ever told is not in the rows of one night
-- the numbers that a contact's own columns have no room for; one that was taken away is a deleted contact point
with

logged as (
    select * from {{ source('salesforce', 'contact') }}
),

numbers as (
    select *, 'home_phone' as kind, HomePhone as number
    from logged
    union all
    select *, 'other_phone' as kind, OtherPhone as number
    from logged
),

latest as (
    select
        *,
        count(number) over (partition by _source, _record_id, kind) as told_count,
        row_number() over (partition by _source, _record_id, kind order by _loaded_at desc) as place
    from numbers
),

final as (
    select
        'salesforce' as source_system,
        _source as source_instance,
        _record_id || '|' || kind as source_record_id,
        AccountId as account_record_id,
        _record_id as contact_record_id,
        'phone' as contact_point_type,
        number as contact_point_value,
        false as is_primary,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        _op = 'delete' or number is null as is_deleted,
        case when _op = 'delete' or number is null then coalesce(_source_modified_at, _loaded_at) end as deleted_at,
        case when _op = 'delete' then _delete_reason when number is null then 'soft' end as delete_reason,
        _merged_into || '|' || kind as merged_into_record_id,
        _loaded_at as loaded_at
    from latest
    where place = 1 and told_count > 0
)

select * from final
