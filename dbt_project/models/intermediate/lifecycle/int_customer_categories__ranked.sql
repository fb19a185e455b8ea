{{ config(materialized='table') }}
-- a family counts by what was spent on it, then by its lines; equal ones by their name
with

lines as (
    select * from {{ ref('fct_order_lines') }}
    where is_counted and customer_id is not null
),

products as (
    select product_id, product_family from {{ ref('dim_products') }}
    where product_family is not null
),

families as (
    select count(distinct product_family) as family_count from products
),

spent as (
    select
        lines.customer_id,
        products.product_family,
        count(*) as line_count,
        coalesce(sum(lines.line_reporting_amount), 0) as amount
    from lines
    inner join products on lines.product_id = products.product_id
    group by lines.customer_id, products.product_family
),

ranked as (
    select
        *,
        row_number() over (partition by customer_id order by amount desc, line_count desc, product_family)
            as family_rank,
        count(*) over (partition by customer_id) as category_count,
        sum(greatest(amount, 0)) over (partition by customer_id) as total_amount
    from spent
),

final as (
    select
        ranked.customer_id,
        ranked.category_count,
        {{ rate_of('ranked.category_count', 'families.family_count') }} as category_rate,
        ranked.product_family as top_category,
        {{ rate_of('greatest(ranked.amount, 0)', 'ranked.total_amount') }} as top_category_rate
    from ranked
    cross join families
    where ranked.family_rank = 1
)

select * from final
