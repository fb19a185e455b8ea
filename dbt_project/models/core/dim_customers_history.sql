-- the last period of a customer is what dim_customers says, pinned values included
with

known as (
    select * from {{ ref('int_customers__periods') }}
),

survived as (
    select * from {{ ref('int_customers__survived') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

{% set told = ['customer_type', 'customer_name', 'email', 'phone', 'street', 'postal_code', 'city', 'state', 'country',
    'owner_user_id', 'is_deleted'] -%}
versions as (
    select
        known.customer_id,
        known.period_no as version_number,
        known.valid_from_at,
        known.valid_to_at,
        known.known_from_at,
        {%- for column in told %}
        case when known.valid_to_at is null then customers.{{ column }} else survived.{{ column }} end as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from known
    inner join customers on known.customer_id = customers.customer_id
    left join survived on known.period_no = survived.period_no
),

periods as (
    {{ unchanged_periods('versions', 'customer_id', told) }}
),

final as (
    select
        customer_id,
        {{ told | join(',\n        ') }},
        valid_from_at,
        valid_to_at,
        known_from_at,
        valid_to_at is null as is_current
    from periods
)

select * from final
