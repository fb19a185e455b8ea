{{ config(materialized='view') }}
-- what is sold is a variant; its name, price and category are those of its template
with

logged as (
    select * from {{ source('odoo', 'product_product') }}
),

templates as (
    select
        _source,
        id,
        {{ odoo_translation('name') }} as template_name,
        list_price,
        categ_id,
        company_id,
        active as is_template_active,
        write_date as template_write_date from {{ source('odoo', 'product_template') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

categories as (
    select _source, id, name as category_name from {{ source('odoo', 'product_category') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

properties as (
    select _source, res_id, value_float from {{ source('odoo', 'ir_property') }}
    where name = 'standard_price' and res_id like 'product.product,%'
    qualify row_number() over (partition by _source, res_id order by company_id nulls last, _loaded_at desc) = 1
),

companies as (
    select * from {{ ref('base_odoo__companies') }}
),

described as (
    select
        logged.*,
        templates.template_name,
        templates.list_price,
        templates.categ_id,
        templates.company_id,
        templates.is_template_active,
        templates.template_write_date
    from logged
    left join templates
        on
            logged._source = templates._source
            and logged.product_tmpl_id = templates.id
),

final as (
    select
        'odoo' as source_system,
        described._source as source_instance,
        described._record_id as source_record_id,
        described.template_name as product_name,
        nullif(described.default_code, '') as product_code,
        categories.category_name as product_family,
        cast(
            coalesce(
                cast({{ odoo_company_value('described.standard_price', 'companies.id') }} as decimal(18, 4)),
                cast(properties.value_float as decimal(18, 4))
            ) as decimal(18, 4)
        ) as unit_cost_amount,
        cast(described.list_price as decimal(18, 4)) as unit_price_amount,
        companies.currency_code,
        coalesce(described.active, true) and coalesce(described.is_template_active, true) as is_active,
        described.create_date as created_at,
        greatest(described.write_date, described.template_write_date) as modified_at,
        {{ record_state() }}
    from described
    left join categories
        on
            described._source = categories._source
            and described.categ_id = categories.id
    left join companies
        on
            described._source = companies._source
            and (described.company_id = companies.id or (described.company_id is null and companies.is_main))
    left join properties
        on
            described._source = properties._source
            and 'product.product,' || described._record_id = properties.res_id
)

select * from final
