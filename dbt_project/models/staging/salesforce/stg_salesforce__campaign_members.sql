with

logged as (
    {{ with_optional_columns(source('salesforce', 'campaign_member'), {'Is_Control__c': 'boolean'}) }}
),

latest as (
    select * from logged
    {{ latest_records() }}
),

final as (
    select
        {{ record_keys('salesforce') }},
        CampaignId as campaign_record_id,
        ContactId as contact_record_id,
        LeadId as lead_record_id,
        Status as member_status,
        coalesce(Is_Control__c, false) as is_control,
        coalesce(HasResponded, false) as has_responded,
        cast(FirstRespondedDate as timestamp) as responded_at,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        {{ record_state() }}
    from latest
)

select * from final
