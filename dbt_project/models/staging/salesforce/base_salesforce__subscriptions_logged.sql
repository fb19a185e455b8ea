{{ config(materialized='view') }}
-- a contract begins when it is activated, so a draft has no first day; what a month costs is a custom field
with

logged as (
    {{ with_optional_columns(source('salesforce', 'contract'), {'Monthly_Amount__c': 'decimal(18, 2)'}) }}
),

final as (
    select
        {{ record_keys('salesforce') }},
        AccountId as account_record_id,
        cast(null as varchar) as contact_record_id,
        cast(null as varchar) as product_record_id,
        Status as subscription_status,
        case when ActivatedDate is not null then StartDate end as start_date,
        EndDate as end_date,
        cast(Monthly_Amount__c as decimal(18, 2)) as monthly_amount,
        {{ currency_of('CurrencyIsoCode') }} as currency_code,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        {{ record_state() }}
    from logged
)

select * from final
