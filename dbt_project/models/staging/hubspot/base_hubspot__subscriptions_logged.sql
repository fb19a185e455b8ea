{{ config(materialized='view') }}
-- what a subscription costs is on its line items
with

logged as (
    select * from {{ source('hubspot', 'subscriptions') }}
),

linked_records as (
    select * from {{ ref('base_hubspot__linked_records') }}
),

line_items as (
    select * from {{ source('hubspot', 'line_items') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

priced as (
    select
        line_items._source,
        linked_records.to_id as subscription_id,
        line_items.hs_product_id,
        line_items.hs_line_item_currency_code,
        cast(line_items.amount as decimal(18, 2)) as amount,
        case line_items.recurringbillingfrequency
            when 'monthly' then 1
            when 'quarterly' then 3
            when 'per_six_months' then 6
            when 'annually' then 12
            when 'per_two_years' then 24
            when 'per_three_years' then 36
        end as months
    from line_items
    inner join linked_records
        on
            line_items._source = linked_records._source
            and linked_records.from_object = 'line_items'
            and linked_records.to_object = 'subscriptions'
            and line_items.id = linked_records.from_id
    where line_items._op <> 'delete' and linked_records.to_id is not null
),

-- a line billed by weeks, or once, is no amount a month
charges as (
    select
        _source,
        subscription_id,
        case when count(distinct hs_product_id) = 1 then min(hs_product_id) end as hs_product_id,
        min(hs_line_item_currency_code) as currency_code,
        sum({{ average_amount('amount', 'months') }}) as monthly_amount
    from priced
    group by _source, subscription_id
),

company_currencies as (
    select * from {{ ref('base_hubspot__company_currencies') }}
),

final as (
    select
        'hubspot' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        case when logged._op = 'delete' then companies.last_to_id else companies.to_id end as account_record_id,
        case when logged._op = 'delete' then contacts.last_to_id else contacts.to_id end as contact_record_id,
        charges.hs_product_id as product_record_id,
        logged.hs_status as subscription_status,
        logged.hs_recurring_billing_start_date as start_date,
        logged.hs_recurring_billing_end_date as end_date,
        cast(charges.monthly_amount as decimal(18, 2)) as monthly_amount,
        coalesce(logged.hs_currency_code, charges.currency_code, company_currencies.currency_code) as currency_code,
        coalesce(logged.hs_createdate, logged.hs_recurring_billing_start_date) as created_at,
        logged.hs_lastmodifieddate as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join linked_records as companies
        on
            logged._source = companies._source
            and companies.from_object = 'subscriptions'
            and companies.to_object = 'companies'
            and logged.id = companies.from_id
    left join linked_records as contacts
        on
            logged._source = contacts._source
            and contacts.from_object = 'subscriptions'
            and contacts.to_object = 'contacts'
            and logged.id = contacts.from_id
    left join charges
        on
            logged._source = charges._source
            and logged.id = charges.subscription_id
    left join company_currencies on logged._source = company_currencies._source
)

select * from final
