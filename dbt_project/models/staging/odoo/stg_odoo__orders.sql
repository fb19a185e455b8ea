{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- a quotation has no status: it is not counted; where deliveries are not kept, the lines say what was delivered
with

logged as (
    select * from {{ source('odoo', 'sale_order') }}
    {{ latest_records() }}
),

partners as (
    select * from {{ ref('base_odoo__partners') }}
),

currencies as (
    select * from {{ ref('base_odoo__currencies') }}
),

companies as (
    select * from {{ ref('base_odoo__companies') }}
),

pricelists as (
    select _source, id, currency_id as pricelist_currency_id from {{ source('odoo', 'product_pricelist') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

sale_lines as (
    select * from {{ source('odoo', 'sale_order_line') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

deliveries as (
    select
        _source,
        order_id,
        bool_and(coalesce(qty_delivered, 0) >= product_uom_qty) as is_delivered
    from sale_lines
    where _op <> 'delete' and display_type is null
    group by _source, order_id
),

priced as (
    select
        logged.*,
        coalesce(logged.currency_id, pricelists.pricelist_currency_id) as order_currency_id,
        logged.state in ('sale', 'done') and coalesce(
            logged.delivery_status = 'full', logged.state = 'done' or coalesce(deliveries.is_delivered, false)
        ) as is_fulfilled
    from logged
    left join pricelists
        on
            logged._source = pricelists._source
            and logged.pricelist_id = pricelists.id
    left join deliveries
        on
            logged._source = deliveries._source
            and logged.id = deliveries.order_id
),

final as (
    select
        'odoo' as source_system,
        priced._source as source_instance,
        priced._record_id as source_record_id,
        partners.account_record_id,
        partners.contact_record_id,
        cast(priced.opportunity_id as varchar) as opportunity_record_id,
        cast(priced.user_id as varchar) as owner_user_record_id,
        priced.name as order_number,
        case
            when priced.state = 'cancel' then 'cancelled'
            when priced.is_fulfilled then 'fulfilled'
            when priced.state in ('sale', 'done') then 'placed'
        end as order_status,
        cast(priced.date_order as date) as order_date,
        case when priced.is_fulfilled then cast(priced.effective_date as date) end as fulfilled_date,
        cast(null as date) as returned_date,
        cast(priced.amount_untaxed as decimal(18, 2)) as order_amount,
        coalesce(currencies.currency_code, companies.currency_code) as currency_code,
        cast(null as varchar) as channel,
        priced.create_date as created_at,
        priced.write_date as modified_at,
        {{ record_state() }}
    from priced
    left join partners
        on
            priced._source = partners._source
            and priced.partner_id = partners.id
    left join currencies
        on
            priced._source = currencies._source
            and priced.order_currency_id = currencies.id
    left join companies
        on
            priced._source = companies._source
            and (priced.company_id = companies.id or (priced.company_id is null and companies.is_main))
)

select * from final
