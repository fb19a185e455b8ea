with

rates as (
    select * from {{ source('analytics', 'lead_conversion_rates') }}
),

leads as (
    select * from {{ ref('fct_leads') }}
),

customers as (
    select customer_id, customer_name from {{ ref('dim_customers') }}
),

grades as (
    select * from {{ ref('lead_grades') }}
),

graded as (
    select
        rates.lead_id,
        max_by(grades.lead_grade, grades.from_rate) as lead_grade
    from rates
    inner join grades on rates.conversion_rate >= grades.from_rate
    group by rates.lead_id
),

final as (
    select
        rates.lead_id,
        leads.customer_id,
        leads.owner_user_id,
        customers.customer_name,
        leads.company_name,
        leads.job_title,
        leads.country,
        leads.lead_status,
        leads.acquisition_source,
        {{ as_of() }} as as_of_date,
        {{ reporting_date('leads.created_at') }} as created_date,
        cast({{ datediff(reporting_date('leads.created_at'), as_of(), 'day') }} as integer) as lead_age_days,
        rates.score_method,
        rates.score_model,
        rates.conversion_rate,
        graded.lead_grade,
        rates.score_reasons,
        rates.model_id as score_model_id,
        rates.model_trained_date as score_model_date
    from rates
    inner join leads on rates.lead_id = leads.lead_id
    left join customers on leads.customer_id = customers.customer_id
    left join graded on rates.lead_id = graded.lead_id
)

select * from final
