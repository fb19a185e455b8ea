-- what a country may be called, in key form
with

country_names as (
    select * from {{ ref('country_names') }}
),

names as (
    select {{ country_key('country_name') }} as country_key, country_code from country_names
    union all
    select {{ country_key('country_code') }}, country_code from country_names
),

final as (
    select
        country_key,
        min(country_code) as country_code
    from names
    group by country_key
)

select * from final
