-- the rate of the first day converts every amount of a subscription, so that no exchange rate moves what recurs
with

subscriptions as (
    select * from {{ ref('int_subscriptions__assigned') }}
),

product_records as (
    select * from {{ ref('int_products__resolved') }}
),

products as (
    select * from {{ ref('int_products__consolidated') }}
),

rates as (
    select * from {{ ref('int_exchange_rates__applied') }}
),

converted as (
    select
        subscriptions.*,
        products.product_id,
        {{ reporting_amount('subscriptions.monthly_amount', 'subscriptions.currency_code', 'rates') }}
            as monthly_reporting_amount,
        not subscriptions.is_deleted and coalesce(subscriptions.start_date <= {{ as_of() }}, false) as is_counted
    from subscriptions
    left join product_records
        on
            subscriptions.source_system = product_records.source_system
            and subscriptions.source_instance = product_records.source_instance
            and subscriptions.product_record_id = product_records.source_record_id
    left join products
        on coalesce(product_records.product_id, upper(trim(subscriptions.product_record_id))) = products.product_id
    left join rates
        on
            subscriptions.currency_code = rates.currency_code
            and subscriptions.start_date = rates.rate_date
),

final as (
    select
        {{ record_id() }} as subscription_id,
        customer_id,
        product_id,
        source_system,
        source_instance,
        source_record_id,
        survivor_account_record_id as account_record_id,
        survivor_contact_record_id as contact_record_id,
        subscription_status,
        start_date,
        end_date,
        monthly_amount,
        currency_code,
        monthly_reporting_amount,
        is_counted,
        is_counted and (end_date is null or end_date >= {{ as_of() }}) as is_active,
        monthly_amount is not null and monthly_reporting_amount is null as is_rate_missing,
        is_deleted,
        delete_reason,
        created_at,
        modified_at
    from converted
)

select * from final
