with

lines as (
    select * from {{ ref('fct_order_lines') }}
    where is_counted and customer_id is not null and product_id is not null
),

affinities as (
    select * from {{ ref('product_affinity') }}
    where affinity = 'together'
),

products as (
    select * from {{ ref('dim_products') }}
),

bought as (
    select distinct customer_id, product_id
    from lines
),

-- of several products that point to one, the one after which it is bought most often speaks for it
pointed as (
    select
        bought.customer_id,
        affinities.companion_product_id as product_id,
        affinities.product_id as because_of_product_id,
        affinities.confidence_rate,
        affinities.pair_order_count,
        affinities.average_companion_amount,
        row_number() over (
            partition by bought.customer_id, affinities.companion_product_id
            order by affinities.confidence_rate desc, affinities.product_id
        ) as place
    from bought
    inner join affinities on bought.product_id = affinities.product_id
),

ranked as (
    select
        pointed.*,
        row_number() over (
            partition by pointed.customer_id
            order by pointed.confidence_rate desc, pointed.product_id
        ) as recommendation_rank
    from pointed
    left join bought
        on
            pointed.customer_id = bought.customer_id
            and pointed.product_id = bought.product_id
    inner join products on pointed.product_id = products.product_id
    where
        pointed.place = 1
        and bought.customer_id is null
        and coalesce(products.is_active, true)
        and not products.is_deleted
),

final as (
    select
        ranked.customer_id,
        cast(ranked.recommendation_rank as integer) as recommendation_rank,
        {{ as_of() }} as as_of_date,
        ranked.product_id,
        products.product_name,
        ranked.because_of_product_id,
        reasons.product_name as because_of_product_name,
        ranked.confidence_rate,
        '{{ var("reporting_currency") }}' as currency_code,
        ranked.average_companion_amount
    from ranked
    inner join products on ranked.product_id = products.product_id
    inner join products as reasons on ranked.because_of_product_id = reasons.product_id
    where ranked.recommendation_rank <= {{ var('recommendations_per_customer') }}
)

select * from final
