{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='opportunity_id') }}
-- deals with the customer they belong to: the account's, else the contact's, after following merges
with

opportunities as (
    select * from {{ ref('int_opportunities__unioned') }}
),

merged_records as (
    select * from {{ ref('int_merges__resolved') }}
),

assigned as (
    select * from {{ ref('base_identity__assignments') }}
),

users as (
    select * from {{ ref('int_users__unioned') }}
),

owners as (
    select * from {{ ref('int_opportunities__owned') }}
),

rates as (
    select * from {{ ref('int_exchange_rates__applied') }}
),

followed as (
    select
        opportunities.*,
        coalesce(accounts.survivor_record_id, opportunities.account_record_id) as survivor_account_record_id,
        coalesce(contacts.survivor_record_id, opportunities.contact_record_id) as survivor_contact_record_id
    from opportunities
    {{ join_named_record('merged_records', 'accounts', 'opportunities', 'account_record_id') }}
    {{ join_named_record('merged_records', 'contacts', 'opportunities', 'contact_record_id') }}
),

valued as (
    select
        {{ record_id(alias='followed') }} as opportunity_id,
        followed.*,
        coalesce(accounts.customer_id, contacts.customer_id) as customer_id,
        {{ record_id(alias='users') }} as owner_user_id,
        case when followed.is_closed then owners.owner_user_id else {{ record_id(alias='users') }} end
            as credited_user_id,
        {{ reporting_amount('followed.amount', 'followed.currency_code', 'rates') }} as reporting_amount,
        {{ plan_amount('followed.amount', 'followed.currency_code') }} as plan_amount
    from followed
    {{ join_named_record('assigned', 'accounts', 'followed', 'survivor_account_record_id') }}
    {{ join_named_record('assigned', 'contacts', 'followed', 'survivor_contact_record_id') }}
    {{ join_user('followed', 'owner_user_record_id') }}
    {{ join_owner('followed', 'source_record_id', end_of_day('followed.close_date')) }}
    left join rates
        on
            followed.currency_code = rates.currency_code
            and followed.close_date = rates.rate_date
),

final as (
    select valued.*
    from valued
    {{ join_changed('valued', 'opportunity_id', [
        'loaded_at', 'customer_id', 'owner_user_id', 'credited_user_id', 'survivor_account_record_id',
        'survivor_contact_record_id', 'reporting_amount',
    ]) }}
)

select * from final
