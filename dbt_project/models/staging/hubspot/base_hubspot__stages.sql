{{ config(materialized='view') }}
-- a stage that was retired is gone there and keeps its label here
{%- set kinds = ['deal', 'lead', 'order', 'ticket'] %}
with

logged as (
    {% for kind in kinds -%}
    select
        _source,
        '{{ kind }}s' as object,
        stage_id,
        label,
        probability,
        is_closed,
        ticket_state,
        _record_id,
        _op,
        _loaded_at
    from {{ source('hubspot', kind ~ '_stages') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (
    select
        _source,
        object,
        stage_id,
        label,
        cast(probability as decimal(9, 4)) as probability_rate,
        coalesce(is_closed = 'true', false) as is_closed,
        coalesce(ticket_state = 'CLOSED', false) as is_ticket_closed
    from logged
    qualify row_number() over (partition by _source, object, stage_id order by _loaded_at desc, _op = 'delete') = 1
)

select * from final
