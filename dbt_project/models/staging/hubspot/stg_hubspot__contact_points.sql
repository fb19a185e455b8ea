{{ config(materialized='table') }}
-- built whole each night: an address that a contact has no more must go
with

logged as (
    select * from {{ source('hubspot', 'contacts') }}
    {{ latest_records() }}
),

listed as (
    select
        logged.*,
        unnest({{ words_of("replace(hs_additional_emails, ';', ' ')") }}) as value,
        'email' as kind,
        false as is_first
    from logged
    union all
    select *, email, 'email', true
    from logged
    union all
    select *, phone, 'phone', true
    from logged
    union all
    select *, mobilephone, 'phone', false
    from logged
),

points as (
    select *
    from listed
    where coalesce(trim(value), '') <> ''
    qualify row_number() over (partition by _source, _record_id, kind, value order by is_first desc) = 1
),

final as (
    select
        'hubspot' as source_system,
        _source as source_instance,
        _record_id || '|' || kind || '|' || value as source_record_id,
        cast(null as varchar) as account_record_id,
        id as contact_record_id,
        kind as contact_point_type,
        value as contact_point_value,
        is_first as is_primary,
        createdate as created_at,
        lastmodifieddate as modified_at,
        _op = 'delete' as is_deleted,
        case when _op = 'delete' then coalesce(_source_modified_at, _loaded_at) end as deleted_at,
        _delete_reason as delete_reason,
        cast(null as varchar) as merged_into_record_id,
        _loaded_at as loaded_at
    from points
)

select * from final
