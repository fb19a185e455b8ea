-- one row per user and manager he has had by the day
select
    user_id as user_record_id,
    manager_id as manager_user_record_id,
    since_at::date as from_date,
    case when until_at <= now() then until_at::date end as to_date,
from managements
where since_at <= now()
