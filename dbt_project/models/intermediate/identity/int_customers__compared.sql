-- pairs of records that share a key, and how far their names agree; persons meet persons only
with

records as (
    select * from {{ ref('int_customers__records') }}
),

keys as (
    select * from {{ ref('int_customers__keys') }}
),

nicknames as (
    select distinct
        {{ text_key('nickname') }} as nickname,
        {{ text_key('first_name') }} as first_name
    from {{ ref('nicknames') }}
),

pairs as (
    select
        keys.record_key,
        others.record_key as other_record_key,
        max(case when keys.key_type = 'email' then 1 else 0 end) = 1 as shares_email,
        max(case when keys.key_type = 'phone' then 1 else 0 end) = 1 as shares_phone,
        max(case when keys.key_type = 'address' then 1 else 0 end) = 1 as shares_address
    from keys
    inner join keys as others
        on
            keys.key_type = others.key_type
            and keys.key_value = others.key_value
            and keys.customer_type = others.customer_type
            and keys.record_key < others.record_key
    group by keys.record_key, others.record_key
),

final as (
    select
        pairs.*,
        records.customer_type,
        coalesce(
            records.first_name_key = others.first_name_key
            or records.first_word_key = others.first_word_key
            or short_forms.nickname is not null
            or long_forms.nickname is not null,
            false
        ) as has_same_first_name,
        coalesce(records.last_name_key = others.last_name_key, false) as has_same_last_name,
        coalesce(
            least(length(records.last_name_key), length(others.last_name_key)) >= 5
            and levenshtein(records.last_name_key, others.last_name_key) <= 1,
            false
        ) as has_close_last_name,
        coalesce(
            records.first_name_key = others.last_name_key and records.last_name_key = others.first_name_key,
            false
        ) as has_swapped_names,
        coalesce(records.organization_key = others.organization_key, false) as has_same_organization_name,
        coalesce(
            least(length(records.organization_key), length(others.organization_key)) >= 5
            and (
                records.organization_key like others.organization_key || '%'
                or others.organization_key like records.organization_key || '%'
                or levenshtein(records.organization_key, others.organization_key) <= 2
            ),
            false
        ) as has_close_organization_name,
        -- a slip changes one part of a date; two parts that differ are two people
        coalesce(
            case when extract(year from records.birth_date) = extract(year from others.birth_date) then 1 else 0 end
            + case when extract(month from records.birth_date) = extract(month from others.birth_date) then 1 else 0 end
            + case when extract(day from records.birth_date) = extract(day from others.birth_date) then 1 else 0 end
            < 2 and records.birth_date is not null and others.birth_date is not null,
            false
        ) as has_other_birth_date
    from pairs
    inner join records on pairs.record_key = records.record_key
    inner join records as others on pairs.other_record_key = others.record_key
    left join nicknames as short_forms
        on
            records.first_word_key = short_forms.nickname
            and others.first_word_key = short_forms.first_name
    left join nicknames as long_forms
        on
            records.first_word_key = long_forms.first_name
            and others.first_word_key = long_forms.nickname
)

select * from final
