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
