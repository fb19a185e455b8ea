{{ config(materialized='table') }}
-- the words that texts are standardized with, as lists that every record can look into
with

name_words as (
    select
        {{ list_where('word', "kind = 'title'") }} as titles,
        {{ list_where('word', "kind = 'degree'") }} as degrees,
        {{ list_where('word', "kind = 'particle'") }} as particles
    from {{ ref('name_words') }}
),

legal_forms as (
    select
        {{ list_where('word', 'true') }} as legal_forms,
        {{ list_where('word', 'may_lead') }} as leading_legal_forms
    from {{ ref('legal_forms') }}
),

street_words as (
    select {{ map_of(text_key('word'), 'coalesce(' ~ text_key('short') ~ ", '')") }} as street_spellings
    from {{ ref('street_words') }}
),

final as (
    select
        name_words.*,
        legal_forms.*,
        street_words.*
    from name_words
    cross join legal_forms
    cross join street_words
)

select * from final
