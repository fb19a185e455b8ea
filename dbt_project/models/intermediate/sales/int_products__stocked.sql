-- the days of each month at whose end the stock of a product was known, and those at whose end nothing was left; what
-- lies in several places is added up. A product that is no longer sold is not missed once its stock has ended for good.
with

products as (
    select * from {{ ref('dim_products') }}
),

stock_levels as (
    select stock_levels.*
    from {{ ref('fct_stock_levels') }} as stock_levels
    inner join products on stock_levels.product_id = products.product_id
    where
        not stock_levels.is_deleted
        and stock_levels.stock_quantity is not null
        and (
            stock_levels.stock_quantity > 0
            or stock_levels.valid_to_at is not null
            or coalesce(products.is_active, true)
        )
),

days as (
    select
        date_day,
        month_start_date,
        {{ reporting_day_start(dateadd('day', 1, 'date_day')) }} as next_day_at
    from {{ ref('dim_dates') }}
    where is_past
),

known as (
    select
        stock_levels.product_id,
        days.date_day,
        days.month_start_date,
        sum(stock_levels.stock_quantity) as stock_quantity
    from stock_levels
    inner join days
        on
            stock_levels.valid_from_at < days.next_day_at
            and (stock_levels.valid_to_at >= days.next_day_at or stock_levels.valid_to_at is null)
    group by stock_levels.product_id, days.date_day, days.month_start_date
),

final as (
    select
        product_id,
        month_start_date,
        count(*) as stocked_day_count,
        sum(case when stock_quantity <= 0 then 1 else 0 end) as stock_out_day_count
    from known
    group by product_id, month_start_date
)

select * from final
