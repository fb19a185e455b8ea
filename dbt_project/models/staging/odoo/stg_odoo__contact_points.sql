{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- each further address of an account or contact holds up to three: what it leaves empty is deleted
with

logged as (
    select * from {{ ref('base_odoo__partners_logged') }}
    where was_address
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

parents as (
    select * from {{ ref('base_odoo__partners') }}
),

countries as (
    select * from {{ ref('base_odoo__countries') }}
),

states as (
    select * from {{ ref('base_odoo__states') }}
),

valued as (
    select
        logged.*,
        parents.contact_record_id,
        case when parents.contact_record_id is null then parents.account_record_id end as account_record_id,
        coalesce(nullif(logged.phone, ''), nullif(logged.mobile, '')) as any_phone,
        nullif(concat_ws(
            ', ',
            nullif(logged.street, ''),
            nullif(logged.street2, ''),
            nullif(logged.zip, ''),
            nullif(logged.city, ''),
            states.state_name, countries.country
        ), '') as address
    from logged
    left join parents
        on
            logged._source = parents._source
            and logged.parent_id = parents.id
    left join states
        on
            logged._source = states._source
            and logged.state_id = states.id
    left join countries
        on
            logged._source = countries._source
            and logged.country_id = countries.id
),

points as (
    select *, 'email' as contact_point_type, nullif(email, '') as contact_point_value from valued
    union all
    select *, 'phone', any_phone from valued
    union all
    select *, 'address', address from valued
),

final as (
    select
        'odoo' as source_system,
        _source as source_instance,
        _record_id || '|' || contact_point_type as source_record_id,
        account_record_id,
        contact_record_id,
        contact_point_type,
        contact_point_value,
        false as is_primary,
        create_date as created_at,
        write_date as modified_at,
        {{ odoo_record_state('(is_address and contact_point_value is not null)') }}
    from points
)

select * from final
