with

pairs as (
    select * from {{ source('analytics', 'product_pairs') }}
),

products as (
    select product_id, product_name, product_family from {{ ref('dim_products') }}
),

-- thresholds and directions are compared in whole numbers: no pair at a border is lost to a float
counted as (
    select
        *,
        {{ wide_integer('pair_order_count') }} * order_count
        - {{ wide_integer('product_order_count') }} * companion_order_count as excess,
        adjusted_p_value <= {{ var('affinity_significance') }} as is_significant
    from pairs
),

judged as (
    select
        *,
        case
            when not is_significant then 'neither'
            when excess > 0 then 'together'
            else 'apart'
        end as affinity
    from counted
),

ranked as (
    select
        *,
        row_number() over (
            partition by product_id, affinity order by excess desc, companion_product_id
        ) as rank_among_like
    from judged
),

final as (
    select
        ranked.product_id,
        products.product_name,
        products.product_family,
        ranked.companion_product_id,
        companions.product_name as companion_product_name,
        companions.product_family as companion_product_family,
        {{ as_of() }} as as_of_date,
        '{{ var("reporting_currency") }}' as currency_code,
        ranked.order_count,
        ranked.product_order_count,
        ranked.companion_order_count,
        ranked.pair_order_count,
        cast(ranked.pair_order_count as double) / ranked.order_count as support_rate,
        cast(ranked.pair_order_count as double) / ranked.product_order_count as confidence_rate,
        cast(ranked.pair_order_count as double) * ranked.order_count
        / (cast(ranked.product_order_count as double) * ranked.companion_order_count) as lift,
        cast(ranked.excess as double) / (cast(ranked.order_count as double) * ranked.order_count) as leverage,
        -- without an end where every order with the product holds the companion
        case
            when ranked.pair_order_count < ranked.product_order_count
                then
                    cast(ranked.order_count - ranked.companion_order_count as double) * ranked.product_order_count
                    / (cast(ranked.order_count as double) * (ranked.product_order_count - ranked.pair_order_count))
        end as conviction,
        ranked.affinity,
        ranked.is_significant,
        ranked.test_name as significance_test,
        ranked.p_value,
        ranked.adjusted_p_value,
        case when ranked.affinity = 'together' then cast(ranked.rank_among_like as integer) end as companion_rank,
        ranked.companion_amount,
        {{ average_amount('ranked.companion_amount', 'ranked.pair_order_count') }} as average_companion_amount,
        cast(cast({{ divide_half_up(
            'ranked.excess * ' ~ wide_integer('ranked.companion_amount * 100'),
            wide_integer('ranked.order_count') ~ ' * ranked.pair_order_count'
        ) }} as decimal(20, 0)) * 0.01 as decimal(18, 2)) as expected_extra_amount
    from ranked
    inner join products on ranked.product_id = products.product_id
    inner join products as companions on ranked.companion_product_id = companions.product_id
)

select * from final
