{# Names of people. `spellings` is the alias of int_spellings__collected. #}

{# A name without titles and degrees, as far as another word is left. #}
{% macro without_titles(name, spellings) -%}
    case
        when {{ name }} not like '% %' then {{ name }}
        else coalesce(nullif(trim({{ joined(words_but_titles(name, spellings), ' ') }}, ' ,'), ''), {{ name }})
    end
{%- endmacro %}

{# A degree is a title only beside one: Phil is a name, Dr. phil. is none. #}
{% macro words_but_titles(name, spellings) -%}
    {%- set plain = replace_all('lower(word)', '[.,]+') -%}
    {%- set all_plain = words_of(replace_all('lower(' ~ name ~ ')', '[.,]+')) -%}
    {{ kept(words_of(name), 'word', 'not list_contains(' ~ spellings ~ '.titles, ' ~ plain ~ ') and not (list_contains('
        ~ spellings ~ '.degrees, ' ~ plain ~ ') and ' ~ have_common_element(all_plain, spellings ~ '.titles') ~ ')') }}
{%- endmacro %}

{# The family name in a whole name: what stands before a comma, else the last word and the small words before it, as in
   "Ursula von der Leyen"; in "ursula von der leyen" nothing says how many they are. #}
{% macro family_part(name) -%}
    case
        when {{ name }} like '%,%' then nullif(trim({{ split_part(name, "','", 1) }}), '')
        when {{ matches(name, '^\\p{Lu}') }} then {{ extracted(name, '(?:^|\\s)((?:\\p{Ll}\\S*\\s+)*\\S+)$', 1) }}
        else {{ last_word(name) }}
    end
{%- endmacro %}

{# The given names in a whole name: what stands behind a comma, else what the family name leaves; NULL if that is nothing. #}
{% macro given_part(name) -%}
    nullif(trim(
        case
            when {{ name }} like '%,%' then {{ split_part(name, "','", 2) }}
            else left({{ name }}, length({{ name }}) - length({{ family_part(name) }}))
        end
    ), '')
{%- endmacro %}

{# The words of a given name, in which only the first one may be a particle: Al, but Maria (del) Carmen. #}
{% macro given_name_parts(words, spellings) -%}
    case
        when len({{ words }}) <= 1 then {{ words }}
        else {{ both_lists(elements_to(words, 1), words_but(elements_from(words, 2), spellings ~ '.particles')) }}
    end
{%- endmacro %}

{# The words of a family name without its particles, unless it has nothing else. #}
{% macro family_name_parts(words, spellings) -%}
    {%- set told = words_but(words, spellings ~ '.particles') -%}
    case when len({{ words }}) > 1 and len({{ told }}) > 0 then {{ told }} else {{ words }} end
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
