-- the days of each month at whose end the stock of a product was known, and those at whose end nothing was left; what
-- lies in several places is added up
with

stock_levels as (
    select * from {{ ref('fct_stock_levels') }}
    where not is_deleted and product_id is not null and stock_quantity is not null
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
