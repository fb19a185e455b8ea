select
    u.user_id as Id,
    lower(mail_local(m.name || '.' || l.name)) || u.user || '@nordwind.example' as Username,
    m.name || ' ' || l.name as Name,
    lower(mail_local(m.name || '.' || l.name)) || u.user || '@nordwind.example' as Email,
    true as IsActive,
    'Europe/Berlin' as TimeZoneSidKey,
    '00e5g00000000001AAA' as ProfileId,
    'Standard' as UserType,
    b.manager_id as ManagerId,
    'EUR' as DefaultCurrencyIsoCode,
    'EUR' as currency,
    u.created_at,
    b.since_at as modified_at,
    u.user,
from users as u
inner join managements as b on u.user = b.user and b.since_at <= now() and b.until_at > now()
inner join words_male as m on u.first = m.at
inner join words_last as l on u.last = l.at
