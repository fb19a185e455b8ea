"""Phone numbers in the one form in which they are compared, and the dbt-duckdb plugin that lets SQL ask for it.

What a number is worth as evidence (placeholders, numbers that too many share) belongs to dbt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import duckdb
import phonenumbers
import pyarrow
from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb.func import FunctionNullHandling, PythonUDFType
from phonenumbers import ValidationResult

FUNCTION = "e164_phone"
SHORTEST = 7
_PUNCTUATION = str.maketrans("", "", " \t\u00a0()[]-./")


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
    plain = _read_plain(text, country)
    if plain is not None:
        return plain or None
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


@dataclass(frozen=True)
class _Plan:
    """How one country numbers its phones, by the metadata of phonenumbers.

    Attributes:
        code: what stands behind the +.
        lengths: how many digits a number may have; `possible_lengths` those of the main country of the code.
        number, trunk, abroad: patterns of a whole number, of what is dialled before one within the country, and of
            what is dialled before one abroad.
        rewrites: whether a trunk prefix may be replaced by other digits.
    """

    code: str
    lengths: frozenset[int]
    possible_lengths: frozenset[int]
    number: re.Pattern[str]
    trunk: re.Pattern[str]
    abroad: re.Pattern[str]
    rewrites: bool


@cache
def _plan(country: str) -> _Plan | None:
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country, None)
    if metadata is None:
        return None
    main = phonenumbers.PhoneMetadata.metadata_for_region(
        phonenumbers.region_code_for_country_code(metadata.country_code), None
    )
    nothing = r"(?!)"
    return _Plan(
        code=str(metadata.country_code),
        lengths=frozenset(metadata.general_desc.possible_length),
        possible_lengths=frozenset(main.general_desc.possible_length),
        number=re.compile(metadata.general_desc.national_number_pattern),
        trunk=re.compile(metadata.national_prefix_for_parsing or nothing),
        abroad=re.compile(metadata.international_prefix or nothing),
        rewrites=metadata.national_prefix_transform_rule is not None,
    )


def _read_plain(text: str, country: str) -> str | None:
    """Read a number without oddities as phonenumbers does, at a tenth of the time: "" for no number, None if unsure."""
    digits = text.translate(_PUNCTUATION)
    if digits[:1] == "+":
        return _read_international(digits[1:])
    plan = _plan(country)
    if plan is None or not (digits.isascii() and digits.isdigit()):
        return None
    if exit_code := plan.abroad.match(digits):
        return _read_international(digits[exit_code.end() :])
    if digits.startswith(plan.code):
        return None
    if prefix := plan.trunk.match(digits):
        rest = digits[prefix.end() :]
        if plan.rewrites or len(rest) not in plan.lengths or plan.number.fullmatch(digits):
            return None
        digits = rest
    return (len(digits) in plan.possible_lengths and _told(f"+{plan.code}", digits)) or ""


def _read_international(digits: str) -> str | None:
    """Read what follows the +; see `_read_plain`."""
    if not (digits.isascii() and digits.isdigit()) or digits[0] == "0":
        return None
    length = next((n for n in (1, 2, 3) if int(digits[:n]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE), 0)
    plan = _plan(phonenumbers.region_code_for_country_code(int(digits[:length] or 0)))
    number = digits[length:]
    if plan is None or plan.trunk.match(number):
        return None
    return (len(number) in plan.possible_lengths and _told(f"+{digits[:length]}", number)) or ""


_remembered = lru_cache(maxsize=1 << 16)(standard_phone)


def standard_phones(raw: pyarrow.Array, country: pyarrow.Array) -> pyarrow.Array:
    """Return `standard_phone` of each pair of two string arrays of one length; numbers met before are remembered."""
    pairs = zip(raw.to_pylist(), country.to_pylist(), strict=True)
    standard = [None if number is None else _remembered(number, hint or "") for number, hint in pairs]
    return pyarrow.array(standard, type=pyarrow.string())


class Plugin(BasePlugin):
    """Makes ``e164_phone(raw, country)`` a function of every connection dbt opens; see `standard_phone`."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register the function; either argument may be NULL."""
        register(conn)


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
