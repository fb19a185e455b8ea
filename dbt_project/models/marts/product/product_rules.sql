with

rules as (
    select * from {{ source('analytics', 'product_rules') }}
),

products as (
    select product_id, product_name from {{ ref('dim_products') }}
),

final as (
    select
        rules.antecedent_product_ids,
        rules.antecedent_product_names,
        rules.antecedent_product_count,
        rules.consequent_product_id,
        products.product_name as consequent_product_name,
        {{ as_of() }} as as_of_date,
        rules.order_count,
        rules.antecedent_order_count,
        rules.consequent_order_count,
        rules.rule_order_count,
        cast(rules.rule_order_count as double) / rules.order_count as rule_support_rate,
        cast(rules.rule_order_count as double) / rules.antecedent_order_count as rule_confidence_rate,
        cast(rules.rule_order_count as double) * rules.order_count
        / (cast(rules.antecedent_order_count as double) * rules.consequent_order_count) as rule_lift
    from rules
    inner join products on rules.consequent_product_id = products.product_id
)

select * from final
