-- what a first name may be short for, in key form
with

nicknames as (
    select * from {{ ref('nicknames') }}
),

final as (
    select
        {{ text_key('nickname') }} as nickname,
        {{ set_of(text_key('first_name')) }} as first_names
    from nicknames
    group by {{ text_key('nickname') }}
)

select * from final
