"""Phone numbers in the one form in which they are compared, and the SQL function that gives it.

What a number is worth as evidence (placeholders, numbers that too many share) belongs to dbt.
"""

from __future__ import annotations

import re
from functools import lru_cache

import duckdb
import phonenumbers
import pyarrow
from duckdb.func import FunctionNullHandling, PythonUDFType
from phonenumbers import ValidationResult

FUNCTION = "e164_phone"
SHORTEST = 7


def standard_phone(raw: str, country: str) -> str | None:
    """Return ``raw`` in E.164 (``+49301234567``), or what is left of it when its country cannot be known.

    Args:
        raw: a number as people write it, with or without a country prefix.
        country: the ISO 3166 alpha-2 code of the country it is read in; empty when that is not known.

    Returns:
        ``+`` and digits. A national number of an unknown country: its digits without trunk prefix and without
        ``+``, so that two spellings of it are equal and nobody takes it for an international one. None for what is
        no number: fewer than seven digits, a length that its country does not have, or one digit repeated.
    """
    # 00 is how most of the world dials out, also where the country is not known
    text = raw if country else re.sub(r"^\s*00", "+", raw)
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None if country in phonenumbers.SUPPORTED_REGIONS else _without_country(raw)
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    return _told(f"+{number.country_code}", phonenumbers.national_significant_number(number))


def _without_country(raw: str) -> str | None:
    """Return the digits of a number of an unknown country, without the prefix dialled within it."""
    digits = "".join(str(int(digit)) for digit in re.findall(r"\d", raw)).lstrip("0")
    # North America writes its numbers with and without the leading 1
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    return _told("", digits) if len(digits) >= SHORTEST else None


def _told(prefix: str, number: str) -> str | None:
    """Return the whole number, or None for one digit repeated, which is typed to get past a form."""
    return prefix + number if len(set(number)) > 1 else None


_remembered = lru_cache(maxsize=1 << 16)(standard_phone)


def standard_phones(raw: pyarrow.Array, country: pyarrow.Array) -> pyarrow.Array:
    """Return `standard_phone` of each pair of two string arrays of one length; numbers met before are remembered."""
    pairs = zip(raw.to_pylist(), country.to_pylist(), strict=True)
    standard = [None if number is None else _remembered(number, hint or "") for number, hint in pairs]
    return pyarrow.array(standard, type=pyarrow.string())


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``e164_phone(varchar, varchar) -> varchar`` a function of ``connection`` and its cursors."""
    connection.create_function(
        FUNCTION,
        standard_phones,
        ["varchar", "varchar"],
        "varchar",
        type=PythonUDFType.ARROW,
        null_handling=FunctionNullHandling.SPECIAL,
    )
