with

logged as (
    {{ with_optional_columns(source('salesforce', 'order'), {'Channel__c': 'varchar',
        'Fulfilled_Date__c': 'date', 'Returned_Date__c': 'date', 'OwnerId': 'varchar'}) }}
),

latest as (
    select * from logged
    {{ latest_records() }}
),

final as (
    select
        {{ record_keys('salesforce') }},
        AccountId as account_record_id,
        cast(null as varchar) as contact_record_id,
        OpportunityId as opportunity_record_id,
        OwnerId as owner_user_record_id,
        OrderNumber as order_number,
        case Status
            when 'Draft' then 'placed'
            when 'Activated' then 'fulfilled'
            when 'Cancelled' then 'cancelled'
            when 'Returned' then 'returned'
            -- an org's own word: the category it was filed under decides
            else case StatusCode when 'Draft' then 'placed' when 'Activated' then 'fulfilled' end
        end as order_status,
        EffectiveDate as order_date,
        cast(Fulfilled_Date__c as date) as fulfilled_date,
        cast(Returned_Date__c as date) as returned_date,
        cast(TotalAmount as decimal(18, 2)) as order_amount,
        {{ currency_of('CurrencyIsoCode') }} as currency_code,
        Channel__c as channel,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        {{ record_state() }}
    from latest
)

select * from final
