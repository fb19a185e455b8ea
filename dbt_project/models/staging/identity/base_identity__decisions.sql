{{ config(materialized='view') }}
with

final as (
    select
        decision_id,
        kind,
        record_key,
        other_record_key,
        attribute,
        value,
        author,
        reason,
        decided_on,
        expires_on,
        status
    from {{ source('identity', 'decisions') }}
)

select * from final
