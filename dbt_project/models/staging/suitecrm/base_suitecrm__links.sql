{{ config(materialized='view') }}
{%- set relations = {
    'accounts_contacts': ['contact_id', 'account_id'],
    'accounts_opportunities': ['opportunity_id', 'account_id'],
    'opportunities_contacts': ['opportunity_id', 'contact_id'],
    'contacts_cases': ['case_id', 'contact_id'],
    'calls_contacts': ['call_id', 'contact_id'],
    'calls_leads': ['call_id', 'lead_id'],
    'meetings_contacts': ['meeting_id', 'contact_id'],
    'meetings_leads': ['meeting_id', 'lead_id'],
} %}
-- a relation's rows change without the records that it links; of several links the latest one counts
with

latest as (
    {%- for relation, columns in relations.items() %}
    select
        _source as source_instance,
        '{{ relation }}' as relation,
        {{ columns[0] }} as record_id,
        {{ columns[1] }} as linked_record_id,
        date_modified,
        _op = 'delete' as is_deleted
    from {{ source('suitecrm', relation) }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        source_instance,
        relation,
        record_id,
        linked_record_id
    from latest
    where not is_deleted and record_id <> '' and linked_record_id <> ''
    qualify
        row_number() over (
            partition by source_instance, relation, record_id
            order by date_modified desc nulls last, linked_record_id
        ) = 1
)

select * from final
