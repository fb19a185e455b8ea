"""The core tables of a generated company, as a flawless warehouse would have them: every record with its true customer.

Only what the computations of customers and leads read. Amounts are in euro; a Salesforce order's status is as of the
day asked for.
"""

from __future__ import annotations

from datetime import date

import duckdb

from sources.simulators.company.people import Plan
from sources.simulators.company.timeline import generate

_CORE = """
create schema core;
create or replace macro of_day(moment) as case when moment < timestamp '2199-01-01' then moment::date end;

create table core.dim_customers as
select
    customer::varchar as customer_id,
    case when kind = 1 then 'organization' else 'person' end as customer_type,
    acquired_at as first_seen_at,
from people where acquired_at::date <= getvariable('today');

create table core.bridge_customer_sources as
select
    customer::varchar as customer_id,
    ['salesforce', 'legacy_crm', 'order_export'][1 + system] as source_instance,
    case when is_lead then 'leads' else 'contacts' end as entity,
    created_at,
from records where created_at::date <= getvariable('today');

create table core.fct_orders as
select
    rowid::varchar as order_id,
    customer::varchar as customer_id,
    placed_at::date as order_date,
    ['online', 'phone', 'branch'][1 + channel] as channel,
    (total_eur_cents / 100)::decimal(18, 2) as order_reporting_amount,
    case when returned_at::date <= getvariable('today') then returned_at::date end as returned_date,
    cancelled_at::date > getvariable('today') and returned_at::date > getvariable('today') as is_counted,
from orders where placed_at::date <= getvariable('today');

-- an employee's dealings are those of the employer at the time
create table core.fct_interactions as
select
    coalesce(case when p.kind = 2 then p.employer end, r.customer)::varchar as customer_id,
    'salesforce' as source_system,
    'salesforce' as source_instance,
    i.lead_id as lead_record_id,
    ['email', 'call', 'meeting', 'chat'][1 + i.channel] as interaction_type,
    i.happened_at::date as occurred_date,
    case when i.is_inbound then 'inbound' else 'outbound' end as direction,
    i.purged_at::date > getvariable('today') as is_counted,
from interactions as i
inner join records as r on i.record = r.rowid
inner join people as p on r.customer = p.customer
where i.created_at::date <= getvariable('today') and i.happened_at::date <= getvariable('today');

create table core.fct_cases as
select
    coalesce(case when p.kind = 2 then p.employer end, r.customer)::varchar as customer_id,
    c.opened_at::date as opened_date,
    case when c.closed_at::date <= getvariable('today') then c.closed_at::date end as closed_date,
    c.deleted_at::date > getvariable('today') as is_counted,
from cases as c
inner join records as r on c.record = r.rowid
inner join people as p on r.customer = p.customer
where c.opened_at::date <= getvariable('today');

create table core.fct_campaign_touches as
select
    r.customer::varchar as customer_id,
    m.created_at::date as touched_date,
    case when m.responded_at::date <= getvariable('today') then m.responded_at end as responded_at,
    m.is_control,
    true as is_counted,
from members as m
inner join records as r on m.record = r.rowid
where m.created_at::date <= getvariable('today');

create table core.fct_opportunities as
select
    o.customer::varchar as customer_id,
    p.created_at,
    (case when p.closed_at::date > getvariable('today') then p.planned_close_at else p.closed_at end)::date
        as close_date,
    p.closed_at::date <= getvariable('today') as is_closed,
    false as is_deleted,
from opportunities as p
inner join orders as o on p.basis_order = o.rowid
where p.created_at::date <= getvariable('today');

create table core.fct_subscriptions as
select
    c.contract::varchar as subscription_id,
    r.customer::varchar as customer_id,
    c.product::varchar as product_id,
    c.starts_at::date as start_date,
    case when c.ends_at::date <= getvariable('today') then c.ends_at::date end as end_date,
    ((
        select arg_max(a.monthly_cents, a.since_at) from contract_amounts as a
        where a.contract = c.contract and a.since_at::date <= getvariable('today')
    ) / 100)::decimal(18, 2) as monthly_reporting_amount,
    true as is_counted,
from contracts as c
inner join records as r on c.record = r.record
where c.starts_at::date <= getvariable('today');

create table core.fct_leads as
select
    r.lead_id,
    r.customer::varchar as customer_id,
    'salesforce' as source_system,
    'salesforce' as source_instance,
    r.lead_id as source_record_id,
    c.source_name as acquisition_source,
    t.name as job_title,
    case when not r.lacks_address then c.country end as country,
    not r.lacks_email as has_email,
    not r.lacks_phone as has_phone,
    r.converted_at::date <= getvariable('today') as is_converted,
    case when r.converted_at::date <= getvariable('today') then r.converted_at::date end as converted_date,
    r.ended_at::date <= getvariable('today') as is_deleted,
    case when r.ended_at::date <= getvariable('today') then 'soft' end as delete_reason,
    r.created_at,
    r.created_at as modified_at,
from leads as l
inner join records as r on l.record = r.record
inner join customers as c on r.customer = c.customer
left join words_title as t on (c.kind = 2 or r.lead_firm >= 0) and c.customer % 8 = t.at
where r.created_at::date <= getvariable('today');
"""


def core_of(customers: int, seed: int, today: date) -> duckdb.DuckDBPyConnection:
    """Return a connection with the generated timeline and, in schema ``core``, what is known of it on ``today``."""
    connection = duckdb.connect()
    generate(connection, Plan(seed=seed, customers=customers))
    connection.execute(f"set variable today = date '{today}'")
    connection.execute(_CORE)
    return connection
