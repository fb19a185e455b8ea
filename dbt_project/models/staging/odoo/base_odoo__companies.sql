{{ config(materialized='view') }}
with

companies as (
    select * from {{ source('odoo', 'res_company') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

currencies as (
    select * from {{ ref('base_odoo__currencies') }}
),

final as (
    select
        companies._source,
        companies.id,
        companies.partner_id,
        currencies.currency_code,
        row_number() over (
            partition by companies._source order by companies._op = 'delete', companies.id
        ) = 1 as is_main
    from companies
    left join currencies
        on
            companies._source = currencies._source
            and companies.currency_id = currencies.id
)

select * from final
