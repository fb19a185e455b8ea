{{ config(materialized='table') }}
-- a number written without its country is that of the one country in which somebody has it
with

records as (
    select * from {{ ref('int_customers__standardized') }}
),

contact_points as (
    select * from {{ ref('int_contact_points__standardized') }}
    where not is_deleted
),

numbers as (
    select phone from records
    union all
    select mobile_phone from records
    union all
    select phone from contact_points
),

unplaced as (
    select distinct phone as national_number
    from numbers
    where phone not like '+%'
),

placed as (
    select
        phone,
        {{ national_digits('phone') }} as national_number
    from numbers
    where phone like '+%'
),

final as (
    select
        unplaced.national_number,
        min(placed.phone) as phone
    from unplaced
    inner join placed on unplaced.national_number = placed.national_number
    group by unplaced.national_number
    having min(placed.phone) = max(placed.phone)
)

select * from final
