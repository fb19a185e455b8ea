-- what a source has deleted held at no time; of two changes at once the one of the later record holds
with

stock_levels as (
    select * from {{ ref('int_stock_levels__unioned') }}
),

product_records as (
    select * from {{ ref('int_products__resolved') }}
),

products as (
    select * from {{ ref('int_products__consolidated') }}
),

identified as (
    select
        stock_levels.*,
        products.product_id,
        lead(stock_levels.changed_at) over (
            partition by
                stock_levels.source_system,
                stock_levels.source_instance,
                stock_levels.product_record_id,
                stock_levels.is_deleted
            order by stock_levels.changed_at, stock_levels.source_record_id
        ) as next_changed_at
    from stock_levels
    left join product_records
        on
            stock_levels.source_system = product_records.source_system
            and stock_levels.source_instance = product_records.source_instance
            and stock_levels.product_record_id = product_records.source_record_id
    -- an export that has no product list names products by their code
    left join products
        on coalesce(product_records.product_id, upper(trim(stock_levels.product_record_id))) = products.product_id
),

final as (
    select
        {{ record_id() }} as stock_level_id,
        product_id,
        source_system,
        source_instance,
        source_record_id,
        product_record_id,
        changed_at as valid_from_at,
        case when is_deleted then changed_at else next_changed_at end as valid_to_at,
        stock_quantity,
        coalesce(stock_quantity <= 0, false) as is_out_of_stock,
        is_deleted,
        delete_reason
    from identified
)

select * from final
