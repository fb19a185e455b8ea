{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- an order is an invoice: quotes are offers, and there is no document of an order between the two. Its deal is that of
-- the quote it was made from. The amount is with the tax and the freight
with

logged as (
    select * from {{ source('suitecrm', 'aos_invoices') }}
    {{ latest_records() }}
),

quotes as (
    select
        _source as source_instance,
        number as quote_number,
        nullif(opportunity_id, '') as opportunity_record_id
    from {{ source('suitecrm', 'aos_quotes') }}
    where number > 0
    qualify row_number() over (partition by _source, number order by _op, _loaded_at desc, _record_id) = 1
),

currencies as (
    select * from {{ ref('base_suitecrm__currencies') }}
),

told as (
    select
        {{ record_keys('suitecrm') }},
        coalesce(nullif(currency_id, ''), '-99') as currency_id,
        quote_number,
        nullif(billing_account_id, '') as account_record_id,
        nullif(billing_contact_id, '') as contact_record_id,
        nullif(assigned_user_id, '') as owner_user_record_id,
        cast(number as varchar) as order_number,
        case
            when status = 'Paid' then 'fulfilled'
            when status = 'Cancelled' then 'cancelled'
            else 'placed'
        end as order_status,
        coalesce(invoice_date, cast(date_entered as date)) as order_date,
        cast(null as date) as fulfilled_date,
        cast(null as date) as returned_date,
        cast(total_amount as decimal(18, 2)) as order_amount,
        cast(null as varchar) as channel,
        date_entered as created_at,
        date_modified as modified_at,
        {{ record_state() }}
    from logged
),

final as (
    select
        {{ all_columns_but(['currency_id', 'quote_number'], 'told') }},
        quotes.opportunity_record_id,
        currencies.currency_code
    from told
    left join quotes
        on
            told.source_instance = quotes.source_instance
            and told.quote_number = quotes.quote_number
    left join currencies
        on
            told.source_instance = currencies.source_instance
            and told.currency_id = currencies.currency_id
)

select * from final
