"""How the text of a file becomes a value of its column's type: numbers, dates and keys as the feed writes them."""

from __future__ import annotations

from sources.contract import Column
from sources.databases.landing import parse_sql
from sources.lake.rows import typed_value
from sources.mapped.field_numbers import plain_text
from sources.mapped.mapping import FileFormat
from sources.quoting import identifier, quoted

_INTEGERS = ("int", "integer", "bigint", "smallint", "tinyint")
_NUMBERS = ("decimal", "numeric", "double", "float", "real", *_INTEGERS)
#: What stands in a cell of a spreadsheet whose formula has no value.
_ERRORS = (
    "#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!",
    "#GETTING_DATA",
)  # fmt: skip


def parse_file_text(column: Column, written: FileFormat, own_format: str | None, *, is_key: bool) -> str | None:
    """Return the expression that types a file's text as its format says; None where a plain cast does."""
    parse = _parse(column, written, own_format)
    if not is_key or written.kind == "parquet":
        return parse
    value = typed_value(Column(column.name, column.type, parse))
    return f"case when not ({_is_rounded(column, written)}) then {value} end"


def _is_rounded(column: Column, written: FileFormat) -> str:
    """Return the condition that a key lost digits.

    1.23457E+17 was an id before a spreadsheet rounded it, a number as much as a text: it is no key of anything.
    """
    own, point = identifier(column.name), rf"\{written.decimal}"
    short, fraction = rf"[+-]?\d({point}\d+)?[eE]\+?\d+", rf"{point}(\d+)"
    rounded = f"regexp_full_match({own}, {quoted(short)})"
    if column.type.lower().split("(")[0] not in _NUMBERS:
        return rounded
    exponent = rf"try_cast(regexp_extract({own}, '\d+$') as integer)"
    places = f"length(regexp_extract({own}, {quoted(fraction)}, 1))"
    # Java writes 1.0E7, without a plus, and rounds nothing that a double holds in 15 digits: these zeros are known
    exact = rf"regexp_matches({own}, '\.\d+E(\d|1[0-4])$')"
    return f"{rounded} and not {exact} and coalesce({places} < {exponent}, true)"


def _parse(column: Column, written: FileFormat, own_format: str | None) -> str | None:
    own, kind = identifier(column.name), column.type.lower()
    if text := plain_text(written.field(column.name)):
        return f"try_cast({text} as {column.type})"
    if kind in ("date", "timestamp"):
        given = own_format or (written.date_format if kind == "date" else written.timestamp_format)
        parse = parse_sql(column.name, column.type, given) or _from_iso(column)
        return _from_serial(own, column.type, parse) if written.kind == "excel" else parse
    if number := plain_number(column, written):
        return _from_locale(column, number, written)
    if written.kind == "excel" and kind == "varchar":
        return f"case when {own} not in ({', '.join(map(quoted, _ERRORS))}) then {own} end"
    return None


def plain_number(column: Column, written: FileFormat) -> str | None:
    """Return a file's number such as 1.234,56 as the plain text 1234.56; None where it is written so or is none."""
    if text := plain_text(written.field(column.name)):
        return text
    kind = column.type.lower().split("(")[0]
    if kind not in _NUMBERS or (written.decimal, written.thousands) == (".", ""):
        return None
    own = f"trim({identifier(column.name)})"
    text = f"replace({own}, {quoted(written.thousands)}, '')" if written.thousands else own
    return f"replace({text}, {quoted(written.decimal)}, '.')"


def _from_locale(column: Column, number: str, written: FileFormat) -> str:
    """Return the expression of a number such as 1.234,56; what does not look so is no number, 12,5 no integer."""
    point, comma = rf"\{written.decimal}", rf"\{written.thousands}"
    whole = rf"(\d{{1,3}}({comma}\d{{3}})+|\d+)" if written.thousands else r"\d+"
    pattern = quoted(rf"[+-]?({whole}({point}\d*)?|{point}\d+)")
    value = f"try_cast({number} as {column.type})"
    whole_only = f" and try_cast({number} as double) = {value}" if column.type.lower() in _INTEGERS else ""
    return f"case when regexp_full_match(trim({identifier(column.name)}), {pattern}){whole_only} then {value} end"


def _from_iso(column: Column) -> str:
    """Return the expression of a date as ISO writes it; 26-01-31 would be a day of the year 26."""
    value = typed_value(Column(column.name, column.type))
    return rf"case when regexp_matches({identifier(column.name)}, '^\s*\d{{4}}') then {value} end"


def _from_serial(own: str, type_name: str, text: str) -> str:
    """Return the expression of a spreadsheet's date: a number of days up to the year 9999, or text.

    The first day is 1 January 1900 and the 60th the 29 February which that year did not have. What is less than a day
    is a time without a date.
    """
    days = f"try_cast({own} as double)"
    # to the millisecond, which is what a double of days holds: rounded further, the end of a day would be the next one
    since = f"to_microseconds(cast(round({days} * 86400000) as bigint) * 1000)"
    start = f"case when {days} < 60 then timestamp '1899-12-31' when {days} >= 61 then timestamp '1899-12-30' end"
    serial = f"try_cast(({start}) + {since} as {type_name})"
    # a larger number is no date of a spreadsheet: 20260131 typed by hand, or a phone number in the wrong column
    return f"case when {days} >= 0 and {days} < 2958466 then case when {days} >= 1 then {serial} end else {text} end"
