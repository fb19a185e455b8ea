-- order lines with their product and both currencies of the conversion, before any amount is converted
with

order_lines as (
    select * from {{ ref('int_order_lines__unioned') }}
),

orders as (
    select * from {{ ref('int_orders__assigned') }}
),

product_records as (
    select * from {{ ref('int_products__resolved') }}
),

products as (
    select * from {{ ref('int_products__consolidated') }}
),

final as (
    select
        {{ record_id(alias='order_lines') }} as order_line_id,
        order_lines.source_system,
        order_lines.source_instance,
        order_lines.source_record_id,
        order_lines.order_record_id,
        order_lines.product_record_id,
        orders.order_id,
        orders.customer_id,
        products.product_id,
        order_lines.line_number,
        orders.order_date,
        orders.order_status,
        order_lines.quantity,
        order_lines.unit_price_amount,
        order_lines.discount_amount,
        -- a source that gives no line amount gives what it is made of
        coalesce(
            order_lines.line_amount,
            cast(
                cast(order_lines.quantity * order_lines.unit_price_amount as decimal(18, 2))
                - coalesce(order_lines.discount_amount, 0) as decimal(18, 2)
            )
        ) as line_amount,
        coalesce(order_lines.currency_code, orders.currency_code) as currency_code,
        products.unit_cost_amount,
        cast(order_lines.quantity * products.unit_cost_amount as decimal(18, 2)) as line_cost_amount,
        products.cost_currency_code,
        order_lines.is_deleted,
        order_lines.delete_reason,
        order_lines.loaded_at,
        orders.loaded_at as order_loaded_at,
        coalesce(orders.is_counted and not order_lines.is_deleted, false) as is_counted
    from order_lines
    left join orders
        on
            order_lines.source_system = orders.source_system
            and order_lines.source_instance = orders.source_instance
            and order_lines.order_record_id = orders.source_record_id
    left join product_records
        on
            order_lines.source_system = product_records.source_system
            and order_lines.source_instance = product_records.source_instance
            and order_lines.product_record_id = product_records.source_record_id
    -- an export that has no product list names products by their code
    left join products
        on coalesce(product_records.product_id, upper(trim(order_lines.product_record_id))) = products.product_id
)

select * from final
