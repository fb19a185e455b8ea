-- members of campaigns with the customer they are: the contact's, else the lead's, after following merges
with

members as (
    select * from {{ ref('int_campaign_members__unioned') }}
),

merged_records as (
    select * from {{ ref('int_merges__resolved') }}
),

assigned as (
    select * from {{ ref('base_identity__assignments') }}
),

followed as (
    select
        members.*,
        coalesce(contacts.survivor_record_id, members.contact_record_id) as survivor_contact_record_id,
        coalesce(leads.survivor_record_id, members.lead_record_id) as survivor_lead_record_id
    from members
    {{ join_named_record('merged_records', 'contacts', 'members', 'contact_record_id') }}
    {{ join_named_record('merged_records', 'leads', 'members', 'lead_record_id') }}
),

final as (
    select
        followed.*,
        coalesce(contacts.customer_id, leads.customer_id) as customer_id
    from followed
    {{ join_named_record('assigned', 'contacts', 'followed', 'survivor_contact_record_id') }}
    {{ join_named_record('assigned', 'leads', 'followed', 'survivor_lead_record_id') }}
)

select * from final
