{# How a record of any kind finds the record, or the customer, that it names. #}

{# Joins the row of `relation` about the account, contact or lead that `record` of `alias` names; its alias is the entity. #}
{% macro join_named_record(relation, entity, alias, record) -%}
    left join {{ relation }} as {{ entity }}
        on
            {{ entity }}.entity = '{{ entity }}'
            and {{ alias }}.source_system = {{ entity }}.source_system
            and {{ alias }}.source_instance = {{ entity }}.source_instance
            and {{ alias }}.{{ record }} = {{ entity }}.source_record_id
{%- endmacro %}

{# CTEs, the last of them `final`, that give the rows of the CTE `entity` the customer of their account, else of their
   contact, after following merges. #}
{% macro follow_to_customers(entity) -%}
merged_records as (
    select * from {{ ref('int_merges__resolved') }}
),

assigned as (
    select * from {{ ref('base_identity__assignments') }}
),

followed as (
    select
        {{ entity }}.*,
        coalesce(accounts.survivor_record_id, {{ entity }}.account_record_id) as survivor_account_record_id,
        coalesce(contacts.survivor_record_id, {{ entity }}.contact_record_id) as survivor_contact_record_id
    from {{ entity }}
    {{ join_named_record('merged_records', 'accounts', entity, 'account_record_id') }}
    {{ join_named_record('merged_records', 'contacts', entity, 'contact_record_id') }}
),

final as (
    select
        followed.*,
        coalesce(accounts.customer_id, contacts.customer_id) as customer_id,
        contacts.customer_id as person_customer_id
    from followed
    {{ join_named_record('assigned', 'accounts', 'followed', 'survivor_account_record_id') }}
    {{ join_named_record('assigned', 'contacts', 'followed', 'survivor_contact_record_id') }}
)
{%- endmacro %}

{# Joins the row of the CTE `users` that `record` of `alias` names: an owner may also be a queue, or nobody we know. #}
{% macro join_user(alias, record) -%}
    left join users
        on
            {{ alias }}.source_system = users.source_system
            and {{ alias }}.source_instance = users.source_instance
            and {{ alias }}.{{ record }} = users.source_record_id
{%- endmacro %}

{# Which of a customer's records says who owns it: a living one, an account before a contact before a lead, the stronger
   source, the later change. #}
{% macro owner_order(alias=none) -%}
    {%- set p = alias ~ '.' if alias else '' -%}
    {{ p }}is_deleted, {{ p }}entity, {{ p }}priority, {{ p }}said_at desc nulls last, {{ p }}said_by
{%- endmacro %}
