-- words that are filled in where somebody knows nothing, in the form in which texts are compared
with

listed as (
    select key_value from {{ ref('placeholder_values') }}
    where key_type = 'name'
),

decided as (
    select key_value from {{ ref('int_customers__placeholders') }}
    where key_type = 'name'
),

final as (
    select key_value from listed
    union
    select key_value from decided
)

select * from final
