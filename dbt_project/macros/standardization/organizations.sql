{# Names of organizations, and the domains they are known by. `spellings` is the alias of int_spellings__collected. #}

{# An organization's name as words; dots and the stroke of A/S are no ends of words. #}
{% macro organization_text(name) -%}
    {{ spaced(replace_all('replace(' ~ name ~ ", '.', '')", '\\b(\\p{L})/(\\p{L})\\b', '\\1\\2')) }}
{%- endmacro %}

{# The words of an organization's name without its legal form and "and"; the first word only goes where it may lead. #}
{% macro organization_parts(words, spellings) -%}
    {%- set first = elements_to(words, 1) -%}
    {%- set rest = words_but(elements_from(words, 2), spellings ~ '.legal_forms') -%}
    case
        when {{ have_common_element(first, spellings ~ '.leading_legal_forms') }} and len({{ rest }}) > 0 then {{ rest }}
        else {{ both_lists(first, rest) }}
    end
{%- endmacro %}

{# The domain of a web address, without www. #}
{% macro website_domain(website) -%}
    nullif({{ extracted('lower(trim(' ~ website ~ '))', '^(?:[a-z]+://)?(?:[^@/]*@)?(?:www[0-9]?\\.)?([^/:?#\\s@]+\\.[^/:?#\\s.@]{2,})', 1) }}, '')
{%- endmacro %}
