select
    q.quota_id as Id,
    q.user_id as QuotaOwnerId,
    q.starts_at::date as StartDate,
    true as IsAmount,
    false as IsQuantity,
    q.amount_eur as QuotaAmount,
    'EUR' as currency,
    q.created_at,
    q.created_at as modified_at,
    0 as user,
from quotas as q
where q.created_at <= now()
