-- orders with who owned them on their day: their own owner, else that of their account as it was then
with

orders as (
    select * from {{ ref('int_orders__assigned') }}
),

owners as (
    select * from {{ ref('int_accounts__owned') }}
),

users as (
    select * from {{ ref('int_users__unioned') }}
),

final as (
    select
        orders.*,
        coalesce({{ record_id(alias='users') }}, owners.owner_user_id) as owner_user_id
    from orders
    {{ join_user('orders', 'owner_user_record_id') }}
    {{ join_owner('orders', 'survivor_account_record_id', end_of_day('orders.order_date')) }}
)

select * from final
