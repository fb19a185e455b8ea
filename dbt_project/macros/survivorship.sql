{# What speaks about a customer says, and what makes one speak before another. The rules themselves are data: see the
   seed survivorship_rules. #}

{# One row per row of int_customers__heard in `relation` and attribute it has a value for. An attribute is its value,
   whether that is known in a compared form (a placeholder is not), and whether the source vouches for it. #}
{% macro said_values(relation, only=none) -%}
    {%- set attributes = {
        'customer_name': [
            "case when customer_type = 'organization' or coalesce(first_name, last_name) is null then full_name end",
            'known_organization_name is not null'
        ],
        'first_name': ['first_name', 'known_first_name is not null', 'has_official_id'],
        'last_name': ['last_name', 'known_last_name is not null', 'has_official_id'],
        'birth_date': ['cast(birth_date as varchar)', 'known_birth_date is not null', 'has_official_id'],
        'email': ['email', holds('known_emails', 'compared_email'), 'is_primary'],
        'phone': ['phone', holds_ending('known_phones', 'compared_phone'), 'is_primary'],
        'mobile_phone': ['mobile_phone', holds_ending('known_phones', 'compared_mobile_phone')],
        'street': ['street', 'known_street is not null'],
        'postal_code': ['postal_code', 'known_postal_code is not null'],
        'city': ['city', 'known_city is not null'],
        'state': ['state', is_told('state')],
        'country': ['country', 'known_country is not null'],
        'website': ['website', holds('known_domains', 'website_domain')],
        'industry': ['industry', is_told('industry')],
        'job_title': ['job_title', is_told('job_title')],
        'acquisition_source': ['acquisition_source', is_told('acquisition_source')],
        'has_opted_out_of_email': [
            "case has_opted_out_of_email when true then 'true' when false then 'false' end", 'true'
        ],
    } -%}
    {%- for attribute, said in attributes.items() if only is none or attribute in only %}
    select
        customer_no, voice_no, '{{ attribute }}' as attribute,
        trim({{ said[0] }}) as value,
        {{ value_key("'" ~ attribute ~ "'", said[0]) }} as value_key,
        coalesce({{ said[1] }}, false) as is_known,
        coalesce({{ said[2] or 'false' }}, false) as is_verified
    from {{ relation }}
    where trim({{ said[0] }}) <> ''
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Whether a text says something: what is filled in for a name is filled in for any text; see the CTE `fillers`. #}
{% macro is_told(text) -%}
    {{ text_key(text) }} not in (select key_value from fillers)
{%- endmacro %}

{# The form in which two values of an attribute are the same one, only spelled otherwise. It is made of the value alone,
   so that a steward's word meets a record's. #}
{% macro value_key(attribute, value) -%}
    {%- set digits = replace_all(replace_all(value, '[^0-9]+'), '^0+') -%}
    coalesce(
            case
                when {{ attribute }} in ('customer_name', 'first_name', 'last_name', 'street')
                    then {{ text_key(value) }}
                when {{ attribute }} in ('phone', 'mobile_phone') then nullif(right({{ digits }}, 9), '')
            end,
            lower(trim({{ value }}))
        )
{%- endmacro %}

{# For each place in a chain of strategies the number by which the larger one speaks first; NULL when there is none.
   Reads a row of `units` with its voice and its votes. #}
{% macro survivorship_scores() -%}
    {%- for position in range(1, 7) %}
        case {{ split_part('strategies', "' > '", position) }}
            when 'living_first' then case when is_deleted then 0 else 1 end
            when 'verified_first' then case when is_verified then 1 else 0 end
            when 'most_recent' then {{ microseconds_of('said_at') }}
            when 'oldest' then -{{ microseconds_of('created_at') }}
            when 'most_frequent' then vote_count
            when 'most_complete' then essential_count
            when 'longest' then letter_count
            when 'source_priority' then -priority
            when 'true_first' then case when is_true then 1 else 0 end
        end as score_{{ position }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro survivorship_order() -%}
    {%- for position in range(1, 7) %}
            score_{{ position }} desc nulls last{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# What first tells a row from the best one of its `window`. #}
{% macro survivorship_difference(window) -%}
    case
            when pin_count <> first_value(pin_count) over ({{ window }}) then 'pinned'
            when is_known <> first_value(is_known) over ({{ window }}) then 'not_a_placeholder'
            {%- for position in range(1, 7) %}
            when (score_{{ position }} is distinct from first_value(score_{{ position }}) over ({{ window }}))
                then {{ split_part('strategies', "' > '", position) }}
            {%- endfor %}
            else 'record_key'
        end
{%- endmacro %}
