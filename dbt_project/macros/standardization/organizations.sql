{# Names of organizations, and the domains they are known by. #}

{# The words of an organization's name without those of `forms.words` (the seed legal_forms: GmbH, Inc, and); the first
   word only goes where it is in `forms.leading_words`. Dots and the stroke of A/S are no ends of words. #}
{% macro organization_words(name, forms) -%}
    {%- set all = words_of(spaced(replace_all('replace(' ~ name ~ ", '.', '')", '\\b(\\p{L})/(\\p{L})\\b', '\\1\\2'))) -%}
    {%- set first = elements_to(all, 1) -%}
    {%- set rest = words_but(elements_from(all, 2), forms ~ '.words') -%}
    case
        when {{ have_common_element(first, forms ~ '.leading_words') }} and len({{ rest }}) > 0 then {{ rest }}
        else {{ both_lists(first, rest) }}
    end
{%- endmacro %}

{# The domain of a web address, without www. #}
{% macro website_domain(website) -%}
    nullif({{ extracted('lower(trim(' ~ website ~ '))', '^(?:[a-z]+://)?(?:[^@/]*@)?(?:www[0-9]?\\.)?([^/:?#\\s@]+\\.[^/:?#\\s.@]{2,})', 1) }}, '')
{%- endmacro %}
