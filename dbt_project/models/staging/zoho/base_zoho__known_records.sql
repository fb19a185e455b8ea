{{ config(materialized='view') }}
-- Who_Id and What_Id do not say what they point to; ids are unique over all modules
with

final as (
    select distinct _source, _record_id, 'accounts' as entity from {{ source('zoho', 'accounts') }}
    union all
    select distinct _source, _record_id, 'contacts' as entity from {{ source('zoho', 'contacts') }}
    union all
    select distinct _source, _record_id, 'leads' as entity from {{ source('zoho', 'leads') }}
    union all
    select distinct _source, _record_id, 'opportunities' as entity from {{ source('zoho', 'deals') }}
)

select * from final
