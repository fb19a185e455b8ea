-- orders with the customer they belong to: the account's, else the contact's, after following merges
with

orders as (
    select * from {{ ref('int_orders__unioned') }}
),

merged_records as (
    select * from {{ ref('int_merges__resolved') }}
),

assigned as (
    select * from {{ ref('base_identity__assignments') }}
),

followed as (
    select
        orders.*,
        coalesce(accounts.survivor_record_id, orders.account_record_id) as survivor_account_record_id,
        coalesce(contacts.survivor_record_id, orders.contact_record_id) as survivor_contact_record_id
    from orders
    {{ join_named_record('merged_records', 'accounts', 'orders', 'account_record_id') }}
    {{ join_named_record('merged_records', 'contacts', 'orders', 'contact_record_id') }}
),

final as (
    select
        {{ record_id(alias='followed') }} as order_id,
        followed.*,
        coalesce(accounts.customer_id, contacts.customer_id) as customer_id,
        coalesce(
            followed.order_status in ('placed', 'fulfilled')
            and not followed.is_deleted
            and followed.order_date <= {{ as_of() }},
            false
        ) as is_counted
    from followed
    {{ join_named_record('assigned', 'accounts', 'followed', 'survivor_account_record_id') }}
    {{ join_named_record('assigned', 'contacts', 'followed', 'survivor_contact_record_id') }}
)

select * from final
