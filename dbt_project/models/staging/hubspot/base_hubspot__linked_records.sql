{{ config(materialized='view') }}
-- of several associations the primary one counts, then the oldest record; a record that is gone has the last it had
{%- set pairs = [
    ('deals', 'companies'),
    ('deals', 'contacts'),
    ('line_items', 'deals'),
    ('line_items', 'orders'),
    ('line_items', 'subscriptions'),
    ('orders', 'companies'),
    ('orders', 'contacts'),
    ('orders', 'deals'),
    ('subscriptions', 'companies'),
    ('subscriptions', 'contacts'),
    ('tickets', 'companies'),
    ('tickets', 'contacts'),
    ('calls', 'companies'),
    ('calls', 'contacts'),
    ('calls', 'deals'),
    ('emails', 'companies'),
    ('emails', 'contacts'),
    ('emails', 'deals'),
    ('meetings', 'companies'),
    ('meetings', 'contacts'),
    ('meetings', 'deals'),
    ('tasks', 'companies'),
    ('tasks', 'contacts'),
    ('tasks', 'deals'),
] %}
with

{% for one, two in pairs -%}
{{ one }}_{{ two }} as (
    select
        _source,
        '{{ one }}' as from_object,
        '{{ two }}' as to_object,
        from_id,
        to_id,
        _op = 'delete' as is_gone,
        lower(coalesce(label, '')) not like 'primary%' as is_secondary,
        _loaded_at
    from {{ source('hubspot', one ~ '_to_' ~ two) }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

{% endfor -%}
links as (
    {% for one, two in pairs -%}
    select * from {{ one }}_{{ two }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- those that went last went together with the record, so among them the same order holds
ranked as (
    select
        *,
        row_number() over (
            partition by _source, from_object, to_object, from_id
            order by
                is_gone,
                case when is_gone then _loaded_at end desc nulls last,
                is_secondary,
                length(to_id),
                to_id
        ) as position
    from links
),

final as (
    select
        _source,
        from_object,
        to_object,
        from_id,
        case when not is_gone then to_id end as to_id,
        to_id as last_to_id
    from ranked
    where position = 1
)

select * from final
