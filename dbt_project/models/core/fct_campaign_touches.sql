-- who is put on a list before the campaign begins is reached when it begins
with

members as (
    select * from {{ ref('int_campaign_members__assigned') }}
),

campaigns as (
    select * from {{ ref('dim_campaigns') }}
),

timed as (
    select
        members.*,
        campaigns.campaign_id,
        coalesce(campaigns.is_deleted, true) as is_campaign_deleted,
        greatest(
            members.created_at,
            coalesce({{ reporting_day_start('campaigns.start_date') }}, members.created_at)
        ) as touched_at
    from members
    left join campaigns
        on
            members.source_system = campaigns.source_system
            and members.source_instance = campaigns.source_instance
            and members.campaign_record_id = campaigns.source_record_id
),

final as (
    select
        {{ record_id() }} as touch_id,
        campaign_id,
        customer_id,
        source_system,
        source_instance,
        source_record_id,
        campaign_record_id,
        coalesce(survivor_contact_record_id, survivor_lead_record_id) as member_record_id,
        survivor_contact_record_id as contact_record_id,
        survivor_lead_record_id as lead_record_id,
        member_status,
        touched_at,
        {{ reporting_date('touched_at') }} as touched_date,
        coalesce(is_control, false) as is_control,
        coalesce(has_responded, false) as has_responded,
        responded_at,
        coalesce({{ reporting_date('touched_at') }} <= {{ as_of() }}, false)
        and not is_deleted and not is_campaign_deleted as is_counted,
        is_deleted,
        delete_reason,
        created_at,
        modified_at
    from timed
)

select * from final
