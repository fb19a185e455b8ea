-- orders with the customer they belong to: the account's, else the contact's, after following merges
with

orders as (
    select * from {{ ref('int_orders__unioned') }}
),

merged_records as (
    select * from {{ ref('int_merges__resolved') }}
),

assigned as (
    select * from {{ ref('int_customers__assigned') }}
),

followed as (
    select
        orders.*,
        coalesce(accounts.survivor_record_id, orders.account_record_id) as survivor_account_record_id,
        coalesce(contacts.survivor_record_id, orders.contact_record_id) as survivor_contact_record_id
    from orders
    left join merged_records as accounts
        on
            accounts.entity = 'accounts'
            and orders.source_system = accounts.source_system
            and orders.source_instance = accounts.source_instance
            and orders.account_record_id = accounts.source_record_id
    left join merged_records as contacts
        on
            contacts.entity = 'contacts'
            and orders.source_system = contacts.source_system
            and orders.source_instance = contacts.source_instance
            and orders.contact_record_id = contacts.source_record_id
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
    left join assigned as accounts
        on
            accounts.entity = 'accounts'
            and followed.source_system = accounts.source_system
            and followed.source_instance = accounts.source_instance
            and followed.survivor_account_record_id = accounts.source_record_id
    left join assigned as contacts
        on
            contacts.entity = 'contacts'
            and followed.source_system = contacts.source_system
            and followed.source_instance = contacts.source_instance
            and followed.survivor_contact_record_id = contacts.source_record_id
)

select * from final
