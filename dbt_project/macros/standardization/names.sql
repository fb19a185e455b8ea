{# Names of people. `words` is a one-row relation with the lists `titles`, `degrees` and `particles` of the seed name_words. #}

{# A name without titles and degrees, as far as another word is left. #}
{% macro without_titles(name, words) -%}
    case
        when {{ name }} not like '% %' then {{ name }}
        else coalesce(nullif(trim({{ joined(words_but_titles(name, words), ' ') }}, ' ,'), ''), {{ name }})
    end
{%- endmacro %}

{# A degree is a title only beside one: Phil is a name, Dr. phil. is none. #}
{% macro words_but_titles(name, words) -%}
    {%- set plain = replace_all('lower(word)', '[.,]+') -%}
    {%- set all_plain = words_of(replace_all('lower(' ~ name ~ ')', '[.,]+')) -%}
    {{ kept(words_of(name), 'word', 'not list_contains(' ~ words ~ '.titles, ' ~ plain ~ ') and not (list_contains('
        ~ words ~ '.degrees, ' ~ plain ~ ') and ' ~ have_common_element(all_plain, words ~ '.titles') ~ ')') }}
{%- endmacro %}

{# The family name at the end of a whole name: its last word and the small words before it, as in "von der Leyen". #}
{% macro family_name(name) -%}
    case
        when {{ matches(name, '^\\p{Lu}') }} then {{ extracted(name, '(?:^|\\s)((?:\\p{Ll}\\S*\\s+)*\\S+)$', 1) }}
        else {{ last_word(name) }}
    end
{%- endmacro %}

{# The words of a given name, in which only the first one may be a particle: Al, but Maria (del) Carmen. #}
{% macro given_name_words(name, words) -%}
    {%- set all = words_of(spaced(name)) -%}
    {{ both_lists(elements_to(all, 1), words_but(elements_from(all, 2), words ~ '.particles')) }}
{%- endmacro %}

{# The words of a family name without its particles, unless it has nothing else. #}
{% macro family_name_words(name, words) -%}
    {%- set all = words_of(spaced(name)) -%}
    {%- set told = words_but(all, words ~ '.particles') -%}
    case when len({{ told }}) > 0 then {{ told }} else {{ all }} end
{%- endmacro %}

{# A day on which somebody known at `known_at` may have been born. #}
{% macro plausible_birth_date(birth_date, known_at) -%}
    case
        when
            {{ birth_date }} > {{ known_at }}
            or extract(year from {{ known_at }}) - extract(year from {{ birth_date }}) > 120 then null
        else {{ birth_date }}
    end
{%- endmacro %}

{# Whether two given names are one but for an initial or a slip; a last letter makes another name (Daniel, Daniela). #}
{% macro is_same_given_name(first, second) -%}
    (
        (least(length({{ first }}), length({{ second }})) = 1 and left({{ first }}, 1) = left({{ second }}, 1))
        or (
            least(length({{ first }}), length({{ second }})) >= 4
            and right({{ first }}, 1) = right({{ second }}, 1)
            and {{ edit_distance(first, second) }} <= 1
        )
    )
{%- endmacro %}
