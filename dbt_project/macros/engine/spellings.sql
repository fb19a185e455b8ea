{# What engines spell differently. Everything else in the project is SQL that DuckDB and Spark share. #}

{# Every column of the relation except those named. Spark: `* except (…)`. #}
{% macro all_columns_but(columns, alias=none) -%}
    {% if alias %}{{ alias }}.{% endif %}* exclude ({{ columns | join(', ') }})
{%- endmacro %}

{# Replaces every match. Spark replaces all without a flag. #}
{% macro replace_all(text, pattern, replacement='') -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{# Letters without their accents: é → e, ü → u. #}
{% macro without_accents(text) -%}
    strip_accents({{ text }})
{%- endmacro %}

{# Whether a text has no letter beyond those of English. Spark: `octet_length(…) = length(…)`. #}
{% macro is_ascii(text) -%}
    strlen({{ text }}) = length({{ text }})
{%- endmacro %}

{# Whether the text contains a match. Spark: `rlike`. #}
{% macro matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{# A whole number wide enough for cents × rate. Spark: `decimal(38, 0)`. #}
{% macro wide_integer(number) -%}
    cast({{ number }} as hugeint)
{%- endmacro %}

{# Integer quotient, rounded towards zero. Spark: `div`. #}
{% macro integer_quotient(numerator, denominator) -%}
    (({{ numerator }}) // ({{ denominator }}))
{%- endmacro %}

{# The calendar day, in the reporting zone, of a UTC timestamp. Spark: `from_utc_timestamp`. #}
{% macro reporting_date(timestamp_utc) -%}
    cast(timezone('{{ var("reporting_time_zone") }}', timezone('UTC', {{ timestamp_utc }})) as date)
{%- endmacro %}

{# The UTC timestamp at which a calendar day begins in the reporting zone. Spark: `to_utc_timestamp`. #}
{% macro reporting_day_start(date) -%}
    timezone('UTC', timezone('{{ var("reporting_time_zone") }}', cast({{ date }} as timestamp)))
{%- endmacro %}

{# A timestamp of a time zone as the UTC timestamp. Spark: `to_utc_timestamp`. #}
{% macro zone_time_in_utc(time, zone) -%}
    timezone('UTC', timezone('{{ zone }}', {{ time }}))
{%- endmacro %}

{# The UTC timestamp of the last moment of a calendar day in the reporting zone. #}
{% macro end_of_day(date) -%}
    {{ reporting_day_start(dateadd('day', 1, date)) }} - interval 1 microsecond
{%- endmacro %}

{# The last word of a name. #}
{% macro last_word(text) -%}
    nullif(regexp_extract(trim({{ text }}), '([^\s]+)$', 1), '')
{%- endmacro %}

{# The relation with columns that an instance may lack (custom fields): NULL where they are missing. #}
{% macro with_optional_columns(relation, columns) -%}
    select * from {{ relation }}
    union all by name
    select {% for name, type in columns.items() %}cast(null as {{ type }}) as {{ name }}{{ ', ' if not loop.last }}{% endfor %} where false
{%- endmacro %}

{# One number for a set of distinct texts, whatever their order. Spark: `bit_xor(xxhash64(…))`. #}
{% macro hash_of_set(text) -%}
    bit_xor(hash({{ text }}))
{%- endmacro %}

{# A number for values: equal ones have equal numbers. Spark: `xxhash64(…)`. #}
{% macro hash_of(values) -%}
    hash({{ values }})
{%- endmacro %}

{# Two values that are compared one after the other. Spark: `struct(…)`. #}
{% macro ordered_by(first, second) -%}
    row({{ first }}, {{ second }})
{%- endmacro %}

{# The words of a text whose words stand apart by single blanks; none of an empty text. Spark: `split`. #}
{% macro words_of(text) -%}
    list_filter(string_split({{ text }}, ' '), word -> word <> '')
{%- endmacro %}

{# The words of a list that another list does not hold. Spark: `array_except` would drop repeated words as well. #}
{% macro words_but(words, unwanted) -%}
    list_filter({{ words }}, word -> not list_contains({{ unwanted }}, word))
{%- endmacro %}

{# The words of a list as one text. Spark: `array_join`. #}
{% macro joined(words, separator='') -%}
    array_to_string({{ words }}, '{{ separator }}')
{%- endmacro %}

{# The nth element of a list, NULL when there is none. Spark: `try_element_at`. #}
{% macro element(list, position) -%}
    list_extract({{ list }}, {{ position }})
{%- endmacro %}

{# What a list holds from its nth element on. Spark: `slice`. #}
{% macro elements_from(list, position) -%}
    list_slice({{ list }}, {{ position }}, -1)
{%- endmacro %}

{# The known elements of a list, each once and sorted; NULL when there are none. Spark: `array_sort(array_distinct(…))`. #}
{% macro sorted_set(list) -%}
    case when len(list_distinct({{ list }})) > 0 then list_sort(list_distinct({{ list }})) end
{%- endmacro %}

{# The known values of a group, each once and sorted; NULL when there are none. Spark: `array_sort(collect_set(…))`. #}
{% macro set_of(value) -%}
    list(distinct {{ value }} order by {{ value }}) filter (where {{ value }} is not null)
{%- endmacro %}

{# A list of values. Spark: `array(…)`. #}
{% macro list_of(values) -%}
    [{{ values | join(', ') }}]
{%- endmacro %}

{# The elements of both lists; one of them may be NULL. Spark: `concat` of coalesced arrays. #}
{% macro both_lists(first, second) -%}
    list_concat({{ first }}, {{ second }})
{%- endmacro %}

{# Whether two lists share an element. Spark: `arrays_overlap`. #}
{% macro have_common_element(first, second) -%}
    list_has_any({{ first }}, {{ second }})
{%- endmacro %}

{# The slips (a letter more, less, other, or two swapped) between two words. Spark: `levenshtein`, which counts a swap twice. #}
{% macro edit_distance(first, second) -%}
    damerau_levenshtein({{ first }}, {{ second }})
{%- endmacro %}

{# The part of the text that matches; empty when none does. #}
{% macro extracted(text, pattern, part=0) -%}
    regexp_extract({{ text }}, '{{ pattern }}', {{ part }})
{%- endmacro %}

{# Characters of `letters` replaced by those at the same place of `others`. #}
{% macro letters_replaced(text, letters, others) -%}
    translate({{ text }}, '{{ letters }}', '{{ others }}')
{%- endmacro %}

{# A phone number in E.164, registered by `pipelines.dbt_functions`. Spark: the same function as a pandas UDF. #}
{% macro phone_in_e164(phone, country) -%}
    e164_phone({{ phone }}, {{ country }})
{%- endmacro %}

{# The elements of a list for which a condition on `name` holds. Spark: the same arrow in `filter`. #}
{% macro kept(list, name, condition) -%}
    list_filter({{ list }}, {{ name }} -> {{ condition }})
{%- endmacro %}

{# What a list holds up to its nth element. Spark: `slice`. #}
{% macro elements_to(list, position) -%}
    list_slice({{ list }}, 1, {{ position }})
{%- endmacro %}

{# Two values as a list: known ones, each once and sorted; NULL when there are none. #}
{% macro set_of_two(first, second) -%}
    case
            when {{ first }} = {{ second }} or {{ second }} is null
                then case when {{ first }} is not null then {{ list_of([first]) }} end
            when {{ first }} is null then {{ list_of([second]) }}
            when {{ first }} < {{ second }} then {{ list_of([first, second]) }}
            else {{ list_of([second, first]) }}
        end
{%- endmacro %}

{# All values of a group for which a condition holds, in no order; empty when there are none. Spark: `collect_list`. #}
{% macro list_where(value, condition) -%}
    coalesce(list({{ value }}) filter (where {{ condition }}), [])
{%- endmacro %}

{# The pairs of a group as a map. Spark: `map_from_entries(collect_list(struct(…)))`. #}
{% macro map_of(key, value) -%}
    map(list({{ key }} order by {{ key }}), list({{ value }} order by {{ key }}))
{%- endmacro %}

{# Each word of a list as a map spells it, or as it is. #}
{% macro spelled_by(words, spellings) -%}
    list_transform({{ words }}, word -> coalesce({{ spellings }}[word], word))
{%- endmacro %}

{# Whether a list holds a text, or one that ends with it; false where one of them is NULL. Spark: `exists(…, endswith)`. #}
{% macro holds(list, text) -%}
    coalesce(list_contains({{ list }}, {{ text }}), false)
{%- endmacro %}

{% macro holds_ending(list, text) -%}
    coalesce(len(list_filter({{ list }}, word -> suffix(word, {{ text }}))) > 0, false)
{%- endmacro %}

{# One number for a row, all its columns taken together. Spark: `xxhash64(struct(….*))`. #}
{% macro hash_of_row(alias) -%}
    hash({{ alias }})
{%- endmacro %}

{# One number for several values. Spark: `xxhash64(…)`. #}
{% macro hash_of_all(values) -%}
    hash({{ values | join(', ') }})
{%- endmacro %}

{# A timestamp as a whole number. Spark: `unix_micros(…)`. #}
{% macro microseconds_of(timestamp_utc) -%}
    epoch_us({{ timestamp_utc }})
{%- endmacro %}

{# All rows of several relations; a column that one of them lacks is NULL there. Spark: `unionByName`. #}
{% macro union_by_name(relations) -%}
    {% for relation in relations %}select * from {{ relation }}{{ ' union all by name ' if not loop.last }}{% endfor %}
{%- endmacro %}

{# A row as JSON text. Spark: `to_json(struct(….*))`. #}
{% macro row_as_json(alias) -%}
    cast(to_json({{ alias }}) as varchar)
{%- endmacro %}

{# The value at a path of a JSON text, as text; NULL when there is none. Spark: `get_json_object`. #}
{% macro json_text(json, path) -%}
    json_extract_string({{ json }}, {{ path }})
{%- endmacro %}

{# The first value of a JSON object that is not null, as text. #}
{% macro first_json_text(json) -%}
    list_filter(json_extract_string({{ json }}, '$.*'), value -> value is not null)[1]
{%- endmacro %}
