-- every state of every record of a customer of today, in the words in which records speak about their customer
{%- set any_name = 'coalesce(records.full_name, records.last_name, records.first_name)' %}
with

{% for entity, own in {'accounts': ['is_person', 'account_name'], 'contacts': [], 'leads': []}.items() %}
{{ entity }}_seen as (
    select * from {{ ref('int_' ~ entity ~ '__versions') }}
),

-- a touched record speaks before another even where it says the same
{{ entity }} as (
    select
        *,
        '{{ entity }}' as entity,
        {{ record_id("'" ~ entity ~ "'") }} as record_key
    from (
        {{ unchanged_periods(entity ~ '_seen', 'source_system, source_instance, source_record_id', own + [
            'first_name', 'last_name', 'email', 'phone', 'street', 'postal_code', 'city', 'state', 'country',
            'owner_user_record_id', 'is_deleted', 'changed_at',
        ]) }}
    ) as {{ entity }}_told
),

{% endfor %}
records as (
    select
        record_key, source_system, source_instance, entity, source_record_id, version_number,
        case when is_person then 'person' else 'organization' end as customer_type,
        account_name as full_name, first_name, last_name,
        email, phone, street, postal_code, city, state, country, owner_user_record_id,
        created_at, is_deleted, changed_at, valid_from_at, valid_to_at, known_from_at
    from accounts
    union all
    select
        record_key, source_system, source_instance, entity, source_record_id, version_number,
        'person', cast(null as varchar), first_name, last_name,
        email, phone, street, postal_code, city, state, country, owner_user_record_id,
        created_at, is_deleted, changed_at, valid_from_at, valid_to_at, known_from_at
    from contacts
    union all
    select
        record_key, source_system, source_instance, entity, source_record_id, version_number,
        'person', cast(null as varchar), first_name, last_name,
        email, phone, street, postal_code, city, state, country, owner_user_record_id,
        created_at, is_deleted, changed_at, valid_from_at, valid_to_at, known_from_at
    from leads
),

spellings as (
    select * from {{ ref('int_spellings__collected') }}
),

assigned as (
    select * from {{ ref('base_identity__assignments') }}
),

whole as (
    select
        records.*,
        case
            when records.customer_type = 'person' and (records.first_name is null or records.last_name is null)
                then {{ without_titles(any_name, 'spellings') }}
        end as whole_name
    from records
    cross join spellings
),

parted as (
    select
        *,
        {{ given_part('whole_name') }} as given_part,
        {{ family_part('whole_name') }} as family_part
    from whole
),

named as (
    select
        {{ all_columns_but(['first_name', 'last_name', 'whole_name', 'given_part', 'family_part']) }},
        coalesce(given_part, first_name) as first_name,
        case
            when given_part is not null or coalesce(first_name, last_name) is null then coalesce(family_part, last_name)
            else last_name
        end as last_name
    from parted
),

final as (
    select
        assigned.customer_id,
        {{ all_columns_but(['full_name'], 'named') }},
        coalesce(
            named.full_name,
            nullif(trim(coalesce(named.first_name, '') || ' ' || coalesce(named.last_name, '')), '')
        ) as full_name
    from named
    inner join assigned
        on
            named.source_system = assigned.source_system
            and named.source_instance = assigned.source_instance
            and named.entity = assigned.entity
            and named.source_record_id = assigned.source_record_id
)

select * from final
