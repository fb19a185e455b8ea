-- one row per source record and customer: a mailbox shared by a family maps to several
with known as (
    select r.*, c.kind, b.branch, 'T' || lpad(r.customer::varchar, 7, '0') as truth_customer_id
    from records as r
    inner join customers as c on r.customer = c.customer
    left join branch_customers as b on r.customer = b.customer and r.system = 0
    where r.created_at <= now() and r.system <> 2
),

kept as (
    select
        coalesce(branch, 'salesforce') as source_instance, 'accounts' as entity,
        record_in(branch, account_id) as source_record_id, truth_customer_id,
        survivor >= 0 as is_duplicate, ended_at, purged_at, ending,
    from known where is_account and (branch is null or kind <> 0)
    union all
    select coalesce(branch, 'salesforce'), 'contacts', record_in(branch, contact_id), truth_customer_id, survivor >= 0, ended_at, purged_at, ending
    from known where is_contact
    union all
    select coalesce(branch, 'salesforce'), 'leads', record_in(branch, lead_id), truth_customer_id, false, ended_at, purged_at, ending
    from known where is_lead
    union all
    select
        'legacy_crm', case when kind = 1 then 'accounts' else 'contacts' end, 'C' || lpad(legacy_number::varchar, 7, '0'), truth_customer_id,
        survivor >= 0, ended_at, purged_at, ending,
    from known where system = 1
),

shop as (
    select distinct
        'order_export' as source_instance, 'contacts' as entity, s.customer_email as source_record_id,
        'T' || lpad(o.customer::varchar, 7, '0') as truth_customer_id,
    from shop_orders as s
    inner join orders as o on o.system = 2 and o.number = substr(s.order_number, 2)::bigint
),

final as (
    select
        * exclude (ended_at, purged_at, ending),
        ended_at <= now() as is_deleted,
        case
            when purged_at <= now() then 'purged'
            when ended_at <= now() then case ending when 1 then 'merged' else 'soft' end
        end as delete_reason,
    from kept
    union all
    select *, false, false, null from shop
)

select * from final
