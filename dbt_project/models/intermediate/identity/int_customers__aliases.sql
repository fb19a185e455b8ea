-- every id ever handed out that is another customer's today, with the id that answers for it
with

resolved as (
    select * from {{ ref('int_customers__ids_resolved') }}
),

final as (
    select
        known_customer_id as alias_customer_id,
        customer_id
    from resolved
    where valid_to is null and known_customer_id <> customer_id
)

select * from final
