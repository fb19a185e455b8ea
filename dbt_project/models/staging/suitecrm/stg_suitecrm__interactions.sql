{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- the record that an activity was made on goes before who was invited, or whom an e-mail went to
with

activities as (
    select * from {{ ref('base_suitecrm__activities') }}
),

links as (
    select * from {{ ref('base_suitecrm__links') }}
),

parties as (
    select * from {{ ref('base_suitecrm__email_parties') }}
),

final as (
    select
        {{ all_columns_but(
            ['module', 'account_record_id', 'contact_record_id', 'lead_record_id', 'opportunity_record_id',
            'linked_contact_record_id'], 'activities'
        ) }},
        coalesce(activities.account_record_id, parties.account_record_id) as account_record_id,
        coalesce(
            activities.contact_record_id, activities.linked_contact_record_id, contacts.linked_record_id,
            parties.contact_record_id
        ) as contact_record_id,
        coalesce(activities.lead_record_id, leads.linked_record_id, parties.lead_record_id) as lead_record_id,
        coalesce(activities.opportunity_record_id, parties.opportunity_record_id) as opportunity_record_id
    from activities
    left join links as contacts
        on
            activities.source_instance = contacts.source_instance
            and activities.module || '_contacts' = contacts.relation
            and activities.source_record_id = contacts.record_id
    left join links as leads
        on
            activities.source_instance = leads.source_instance
            and activities.module || '_leads' = leads.relation
            and activities.source_record_id = leads.record_id
    left join parties
        on
            activities.module = 'emails'
            and activities.source_instance = parties.source_instance
            and activities.source_record_id = parties.email_id
)

select * from final
