-- what stewards pinned, for the customer that the record they named belongs to today
with

assigned as (
    select customer_id, record_key
    from {{ ref('int_customers__assigned') }}
    -- nothing is said about someone who was erased
    where coalesce(delete_reason, '') <> 'erased'
),

pins as (
    select
        decision_id, record_key, attribute, decided_on,
        trim(value) as value,
        {{ value_key('attribute', 'value') }} as value_key
    from {{ ref('base_identity__decisions') }}
    where kind = 'pinned_value' and status = 'active'
),

-- the records of one customer may bring one value twice
placed as (
    select
        assigned.customer_id,
        pins.*,
        row_number() over (
            partition by assigned.customer_id, pins.attribute, pins.value_key
            order by pins.decided_on desc nulls last, pins.decision_id
        ) as repetition
    from pins
    inner join assigned on pins.record_key = assigned.record_key
),

final as (
    select
        customer_id,
        attribute,
        value,
        value_key,
        row_number() over (
            partition by customer_id, attribute order by decided_on desc nulls last, decision_id
        ) as pin_rank
    from placed
    where repetition = 1
)

select * from final
