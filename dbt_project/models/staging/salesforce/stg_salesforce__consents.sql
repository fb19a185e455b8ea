-- the flags of a contact record that it objected; without one nobody knows whether it ever agreed
with

latest as (
    select * from {{ source('salesforce', 'contact') }}
    {{ latest_records() }}
),

channels as (
    select 'email' as channel
    union all
    select 'phone' as channel
),

final as (
    select
        'salesforce' as source_system,
        latest._source as source_instance,
        latest._record_id || '|' || channels.channel as source_record_id,
        latest._record_id as contact_record_id,
        channels.channel,
        cast(null as varchar) as purpose,
        case
            when channels.channel = 'email' and latest.HasOptedOutOfEmail then false
            when channels.channel = 'phone' and latest.DoNotCall then false
        end as is_granted,
        cast(null as timestamp) as decided_at,
        latest.CreatedDate as created_at,
        latest.SystemModstamp as modified_at,
        latest._op = 'delete' as is_deleted,
        case when latest._op = 'delete' then coalesce(latest._source_modified_at, latest._loaded_at) end as deleted_at,
        latest._delete_reason as delete_reason,
        latest._merged_into || '|' || channels.channel as merged_into_record_id,
        latest._loaded_at as loaded_at
    from latest
    cross join channels
)

select * from final
