"""Phone numbers in one form, held against what phonenumbers says of them."""

from __future__ import annotations

import duckdb
import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.analytics.phone_numbers import register, standard_phone

COUNTRIES = sorted(phonenumbers.SUPPORTED_REGIONS)


def by_the_book(raw: str, country: str) -> str | None:
    """What phonenumbers says; None for what is no possible number of its country."""
    try:
        number = phonenumbers.parse(raw, country)
    except phonenumbers.NumberParseException:
        return None
    national = phonenumbers.national_significant_number(number)
    if not phonenumbers.is_possible_number(number) or len(set(national)) == 1:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@st.composite
def written_numbers(draw: st.DrawFn) -> tuple[str, str]:
    """A number near a real one of some country, in one of the ways people write it, and the country it is read in."""
    country = draw(st.sampled_from(COUNTRIES))
    example = phonenumbers.example_number(country)
    digits = list(phonenumbers.national_significant_number(example)) if example else list("123456")
    for _ in range(draw(st.integers(0, 4))):
        digits[draw(st.integers(0, len(digits) - 1))] = draw(st.sampled_from("0123456789"))
    national = "".join(digits)[draw(st.integers(0, 2)) :] + draw(st.sampled_from(["", "0", "57"]))
    code = phonenumbers.country_code_for_region(country)
    shape = draw(st.sampled_from(
        ["{n}", "0{n}", "1{n}", "8{n}", "+{c} {n}", "+{c} (0){n}", "00{c}{n}", "011 {c} {n}", "{c}{n}", "({n}", "+{n}",
         "{n} ext. 12", "00{n}", "tel: +{c}-{n}"]
    ))  # fmt: skip
    hint = draw(st.sampled_from([country, country, country, "DE", "US"]))
    separator = draw(st.sampled_from(["", " ", "-", "/", "."]))
    return shape.format(n=f"{national[:3]}{separator}{national[3:]}", c=code), hint


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@given(written_numbers())
def test_a_number_read_in_a_country_is_what_phonenumbers_says(written: tuple[str, str]) -> None:
    assert standard_phone(*written) == by_the_book(*written)


@pytest.mark.parametrize(
    ("raw", "country", "standard"),
    [
        ("+49 (0)30 123456", "", "+4930123456"),
        ("0049 30 123456", "", "+4930123456"),
        ("030 123456", "DE", "+4930123456"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("030 123456 ext. 7", "DE", "+4930123456"),
    ],
)
def test_a_number_whose_country_is_known_is_international(raw: str, country: str, standard: str) -> None:
    assert standard_phone(raw, country) == standard


@pytest.mark.parametrize("spellings", [("030 123456", "(030) 12-34-56"), ("1-555-123-4567", "(555) 123 4567")])
def test_two_spellings_of_a_number_without_a_country_are_one_and_not_international(spellings: tuple[str, str]) -> None:
    first, second = (standard_phone(raw, "") for raw in spellings)
    assert first == second
    assert first is not None
    assert first.isdigit()


@pytest.mark.parametrize(
    ("raw", "country"),
    [("12345", ""), ("no phone", ""), ("no phone", "DE"), ("", "DE"), ("0000000", ""), ("+49 000000", ""),
     ("030 12345678901234", "DE"), ("555 1234", "US"), ("7777777", "")],
)  # fmt: skip
def test_what_is_no_number_is_none(raw: str, country: str) -> None:
    assert standard_phone(raw, country) is None


def test_sql_asks_for_whole_columns_with_unknown_values_among_them() -> None:
    with duckdb.connect() as connection:
        register(connection)
        connection.execute("create table phones (raw varchar, country varchar)")
        connection.execute(
            "insert into phones values ('030 123456', 'DE'), (null, 'DE'), ('x', null), ('030 123456', null)"
        )
        rows = connection.cursor().execute(
            "select distinct raw, e164_phone(raw, country) from phones cross join range(3000)"
        )
        found = set(rows.fetchall())
    assert found == {("030 123456", "+4930123456"), (None, None), ("x", None), ("030 123456", "30123456")}
