-- a record that was merged into another stands where that one stands
with

accounts as (
    select * from {{ ref('int_accounts__unioned') }}
),

merged_records as (
    select * from {{ ref('int_merges__resolved') }}
),

placed as (
    select * from {{ ref('int_accounts__placed') }}
),

assigned as (
    select * from {{ ref('base_identity__assignments') }}
),

users as (
    select * from {{ ref('int_users__unioned') }}
),

followed as (
    select
        accounts.*,
        {{ record_id(alias='accounts') }} as account_id,
        survivors.survivor_record_id,
        coalesce(survivors.survivor_record_id, accounts.source_record_id) as standing_record_id
    from accounts
    left join merged_records as survivors
        on
            survivors.entity = 'accounts'
            and accounts.source_system = survivors.source_system
            and accounts.source_instance = survivors.source_instance
            and accounts.source_record_id = survivors.source_record_id
),

final as (
    select
        followed.account_id,
        accounts.customer_id,
        case when followed.survivor_record_id is not null
            then {{ record_id(alias='followed', record='survivor_record_id') }} end as survivor_account_id,
        placed.parent_account_id,
        placed.ultimate_parent_account_id,
        cast(placed.hierarchy_level as integer) as hierarchy_level,
        coalesce(placed.is_in_cycle, false) as is_in_cycle,
        {{ record_id(alias='users') }} as owner_user_id,
        followed.source_system,
        followed.source_instance,
        followed.source_record_id,
        followed.account_name,
        followed.is_person,
        followed.industry,
        followed.city,
        followed.country,
        followed.is_deleted,
        followed.delete_reason,
        followed.created_at,
        followed.modified_at
    from followed
    left join placed on placed.account_id = {{ record_id(alias='followed', record='standing_record_id') }}
    {{ join_named_record('assigned', 'accounts', 'followed', 'source_record_id') }}
    {{ join_user('followed', 'owner_user_record_id') }}
)

select * from final
