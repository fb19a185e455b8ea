-- product records of all sources with the product they are: the same product code is the same product
with

products as (
    select * from {{ ref('int_products__unioned') }}
),

priorities as (
    select * from {{ ref('source_priorities') }}
),

final as (
    select
        coalesce(
            nullif(upper(trim(products.product_code)), ''),
            {{ record_id(alias='products') }}
        ) as product_id,
        products.*,
        row_number() over (
            partition by coalesce(nullif(upper(trim(products.product_code)), ''), {{ record_id(alias='products') }})
            order by
                products.is_deleted,
                coalesce(priorities.priority, 100),
                products.modified_at desc nulls last,
                products.source_instance,
                products.source_record_id
        ) as survivorship_rank
    from products
    left join priorities on products.source_system = priorities.source_system
)

select * from final
