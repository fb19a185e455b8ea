select
    'A-' || lpad(o.number::varchar, 8, '0') as order_no,
    'C' || lpad(
        case when o.rebooked_at <= now() or o.booked_record = o.record then own.legacy_number else booked.legacy_number end::varchar, 7, '0'
    ) as cust_no,
    strftime(o.placed_at, '%Y-%m-%d') as order_date,
    case
        when o.returned_at <= now() then 'R'
        when o.cancelled_at <= now() then 'C'
        when o.fulfilled_at <= now() then 'F'
        else 'P'
    end as status,
    u.code as currency,
    money_text(o.total_cents, '.') as total,
    case when o.fulfilled_at <= now() then strftime(o.fulfilled_at, '%Y-%m-%d') end as delivered,
    case when o.returned_at <= now() then strftime(o.returned_at, '%Y-%m-%d') end as returned,
    strftime(o.placed_at, '%Y-%m-%d %H:%M:%S') as created,
    strftime(greatest(
        past(o.fulfilled_at, o.placed_at), past(o.cancelled_at, o.placed_at),
        past(o.returned_at, o.placed_at), past(o.rebooked_at, o.placed_at)
    ), '%Y-%m-%d %H:%M:%S') as updated,
from orders as o
inner join records as own on o.record = own.record
inner join records as booked on o.booked_record = booked.record
inner join words_currency as u on o.currency = u.at
where o.system = 1 and o.placed_at <= now()
