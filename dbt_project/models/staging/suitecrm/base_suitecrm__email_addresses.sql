{{ config(materialized='view') }}
-- an address is kept once, whoever uses it, and says itself whether mail to it is unwanted
with

uses as (
    select * from {{ source('suitecrm', 'email_addr_bean_rel') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

addresses as (
    select * from {{ source('suitecrm', 'email_addresses') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

final as (
    select
        uses._source as source_instance,
        uses.bean_module,
        uses.bean_id,
        uses.email_address_id,
        {{ decoded('addresses.email_address') }} as email_address,
        coalesce(addresses.opt_out = 1, false) as has_opted_out,
        row_number() over (
            partition by uses._source, uses.bean_module, uses.bean_id
            order by uses.primary_address desc nulls last, uses.date_modified desc nulls last, uses._record_id
        ) as place
    from uses
    inner join addresses
        on
            uses._source = addresses._source
            and uses.email_address_id = addresses._record_id
    where uses._op <> 'delete' and addresses._op <> 'delete'
)

select * from final
