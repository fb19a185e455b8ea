-- people who share a family name and a home
with

customers as (
    select * from {{ ref('dim_customers') }}
    where customer_type = 'person' and not is_deleted
),

assigned as (
    select * from {{ ref('int_customers__assigned') }}
),

features as (
    select * from {{ ref('int_customers__features') }}
),

-- the compared forms, without placeholders, of the golden values, from the records that they come from
homes as (
    select
        customers.customer_id,
        min(case when trim(assigned.last_name) = customers.last_name then features.last_name end) as last_name_key,
        min(
            case
                when trim(assigned.street) = customers.street and trim(assigned.postal_code) = customers.postal_code
                    then features.street || '|' || features.postal_code
            end
        ) as address_key
    from customers
    inner join assigned on customers.customer_id = assigned.customer_id
    inner join features on assigned.record_key = features.record_key
    group by customers.customer_id
),

counted as (
    select
        customer_id,
        last_name_key || '|' || address_key as household_key,
        count(*) over (partition by last_name_key, address_key) as member_count
    from homes
    where last_name_key is not null and address_key is not null
),

-- more than a dozen of one name behind one door are no family but a home, an office or a placeholder
final as (
    select
        'h_' || left(md5(counted.household_key), 20) as household_id,
        counted.customer_id,
        customers.last_name,
        customers.street,
        customers.postal_code,
        customers.city,
        cast(counted.member_count as integer) as member_count
    from counted
    inner join customers on counted.customer_id = customers.customer_id
    where counted.member_count between 2 and 12
)

select * from final
