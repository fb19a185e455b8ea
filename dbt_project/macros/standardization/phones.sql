{# Phone numbers; how one is read is in pipelines/analytics/phone_numbers.py. #}

{# The digits of a compared phone number without its country's prefix, which starts with + where it is known. #}
{% macro national_digits(phone) -%}
    case
        when left({{ phone }}, 1) <> '+' then {{ phone }}
        when left({{ phone }}, 2) in ('+1', '+7') then substr({{ phone }}, 3)
        when substr({{ phone }}, 2, 2) in (
            '20', '27', '30', '31', '32', '33', '34', '36', '39', '40', '41', '43', '44', '45', '46', '47', '48', '49', '51',
            '52', '53', '54', '55', '56', '57', '58', '60', '61', '62', '63', '64', '65', '66', '81', '82', '84', '86', '90',
            '91', '92', '93', '94', '95', '98'
        ) then substr({{ phone }}, 4)
        else substr({{ phone }}, 5)
    end
{%- endmacro %}
