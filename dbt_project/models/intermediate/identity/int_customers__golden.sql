{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='customer_id',
    post_hook="delete from {{ this }} where member_hash not in"
    ~ " (select member_hash from {{ ref('int_customers__grouped') }})"
) }}
-- one row per customer: the surviving value of each attribute
with

members as (
    select * from {{ ref('int_customers__grouped') }}
),

changed as (
    select members.*
    from members
    {{ join_changed('members', 'customer_id', ['member_hash']) }}
),

winners as (
    select customer_id, attribute, value
    from {{ ref('int_customers__values') }}
    where is_winner
),

{% set texts = [
    'customer_name', 'first_name', 'last_name', 'birth_date', 'email', 'phone', 'mobile_phone', 'street', 'postal_code',
    'city', 'state', 'country', 'website', 'industry', 'job_title', 'acquisition_source', 'has_opted_out_of_email',
] -%}
pivoted as (
    select
        customer_id,
        {%- for attribute in texts %}
        max(case when attribute = '{{ attribute }}' then value end) as {{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from winners
    group by customer_id
),

final as (
    select
        changed.customer_id,
        changed.customer_type,
        -- of a person, first and last name, so that it follows when one of them is pinned
        coalesce(
            pivoted.customer_name,
            nullif(trim(coalesce(pivoted.first_name, '') || ' ' || coalesce(pivoted.last_name, '')), '')
        ) as customer_name,
        pivoted.first_name,
        pivoted.last_name,
        cast(pivoted.birth_date as date) as birth_date,
        pivoted.email,
        pivoted.phone,
        pivoted.mobile_phone,
        pivoted.street,
        pivoted.postal_code,
        pivoted.city,
        pivoted.state,
        pivoted.country,
        pivoted.website,
        pivoted.industry,
        pivoted.job_title,
        cast(pivoted.has_opted_out_of_email as boolean) as has_opted_out_of_email,
        pivoted.acquisition_source,
        changed.first_seen_at,
        changed.last_seen_at,
        changed.record_count,
        changed.source_count,
        changed.is_deleted,
        changed.member_hash
    from changed
    left join pivoted on changed.customer_id = pivoted.customer_id
)

select * from final
