-- each account that was not merged away, with the one above it after following merges
with

accounts as (
    select *, 'accounts' as entity from {{ ref('int_accounts__unioned') }}
),

merged_records as (
    select * from {{ ref('int_merges__resolved') }}
    where entity = 'accounts'
),

surviving as (
    select accounts.*
    from accounts
    left join merged_records
        on
            accounts.source_system = merged_records.source_system
            and accounts.source_instance = merged_records.source_instance
            and accounts.source_record_id = merged_records.source_record_id
    where merged_records.source_record_id is null
),

followed as (
    select
        surviving.*,
        coalesce(accounts.survivor_record_id, surviving.parent_account_record_id) as survivor_parent_record_id
    from surviving
    {{ join_named_record('merged_records', 'accounts', 'surviving', 'parent_account_record_id') }}
),

final as (
    select
        {{ record_id(alias='followed') }} as account_id,
        -- one that the source does not know is none, and one that was merged into its own child is none any more
        case
            when
                followed.survivor_parent_record_id <> followed.source_record_id
                or followed.parent_account_record_id = followed.source_record_id
                then {{ record_id(alias='parents') }}
        end as parent_account_id
    from followed
    left join surviving as parents
        on
            followed.source_system = parents.source_system
            and followed.source_instance = parents.source_instance
            and followed.survivor_parent_record_id = parents.source_record_id
)

select * from final
