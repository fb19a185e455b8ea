{{ config(materialized='view') }}
-- calls, meetings, tasks and e-mails in their latest state, with the record that each was made on
{%- set times = {
    'calls': 'date_start', 'meetings': 'date_start', 'tasks': 'coalesce(date_due, date_start, date_entered)',
    'emails': 'coalesce(date_sent_received, date_sent, date_entered)',
} %}
{%- set directions = {
    'calls': "lower(nullif(direction, ''))",
    'emails': "case when type = 'inbound' then 'inbound' when type in ('out', 'campaign') then 'outbound' end",
} %}
{%- set completed = {
    'calls': "status = 'Held'", 'meetings': "status = 'Held'", 'tasks': "status = 'Completed'",
    'emails': "coalesce(type, '') <> 'draft' and coalesce(status, '') not in ('draft', 'send_error')",
} %}
{% for module, time in times.items() %}
select
    {{ record_keys('suitecrm') }},
    '{{ module }}' as module,
    case when parent_type = 'Accounts' then nullif(parent_id, '') end as account_record_id,
    case when parent_type = 'Contacts' then nullif(parent_id, '') end as contact_record_id,
    case when parent_type = 'Leads' then nullif(parent_id, '') end as lead_record_id,
    case when parent_type = 'Opportunities' then nullif(parent_id, '') end as opportunity_record_id,
    {{ "nullif(contact_id, '')" if module == 'tasks' else 'cast(null as varchar)' }} as linked_contact_record_id,
    nullif(assigned_user_id, '') as owner_user_record_id,
    '{{ module[:-1] }}' as interaction_type,
    {{ directions.get(module, 'cast(null as varchar)') }} as direction,
    {{ decoded('name') }} as subject,
    {{ time }} as occurred_at,
    {% if module in ('calls', 'meetings') -%}
    cast(coalesce(duration_hours, 0) * 3600 + coalesce(duration_minutes, 0) * 60 as integer) as duration_seconds,
    {%- else -%}
    cast(null as integer) as duration_seconds,
    {%- endif %}
    coalesce({{ completed[module] }}, false) as is_completed,
    date_entered as created_at,
    date_modified as modified_at,
    {{ record_state() }}
from {{ source('suitecrm', module) }}
qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
{{ 'union all' if not loop.last }}
{%- endfor %}
