select
    i.interaction as id,
    'C' || lpad(r.legacy_number::varchar, 7, '0') as cust_no,
    ['MAIL', 'CALL', 'VISIT', 'MAIL'][1 + i.channel] as kind,
    strftime(i.happened_at, '%Y-%m-%d %H:%M:%S') as happened,
    i.minutes,
    ['offer', 'delivery', 'question', 'follow-up'][1 + i.subject] as note,
    strftime(i.happened_at, '%Y-%m-%d %H:%M:%S') as updated,
from interactions as i
inner join records as r on i.record = r.record
where r.system = 1 and i.happened_at <= now()
