"""Fields of records of bytes as columns of text: code pages, packed decimals, binary numbers, dates of dBase.

A field is a matrix, one row of bytes a record. A number that is none becomes its bytes in hexadecimal: text that no
number looks like, so that the lake sets it aside with what was there.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from decimal import Decimal
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Matrix = np.ndarray  # of uint8, shape (records, width)
_UNDEFINED = 0xFFFE  # how Python's tables of code pages mark a byte that has no character
_MINUS_NIBBLES = (0x0B, 0x0D)
_JULIAN_1970 = 2_440_588  # day number of 1970-01-01


def text(field: Matrix, encoding: str) -> tuple[pa.Array, np.ndarray]:
    """Return the text of each record without blanks at its end, and which records do not decode."""
    table = _code_page(encoding)
    if table is None:
        return _long_way(field, encoding)
    points = np.ascontiguousarray(table[field])
    undecoded = (points == _UNDEFINED).any(axis=1)
    values = points.view(f"<U{field.shape[1]}")[:, 0]
    return pc.utf8_rtrim(pa.array(values, pa.string()), characters=" \0"), undecoded


def packed(field: Matrix, blank: int) -> pa.Array:
    """Return packed decimals (COMP-3) as signed digits; NULL where every byte is the code page's ``blank``."""
    nibbles = np.empty((len(field), 2 * field.shape[1]), np.uint8)
    nibbles[:, 0::2], nibbles[:, 1::2] = field >> 4, field & 0x0F
    sign = nibbles[:, -1]
    valid = (nibbles[:, :-1] <= 9).all(axis=1) & (sign >= 0x0A)
    written = np.empty_like(nibbles)
    written[:, 0] = np.where(np.isin(sign, _MINUS_NIBBLES), ord("-"), ord("0"))
    written[:, 1:] = nibbles[:, :-1] + ord("0")
    digits = written.view(f"S{written.shape[1]}")[:, 0].astype(str)
    shown = _or_hex(pa.array(digits, pa.string()), field, valid)
    return pc.if_else(pa.array((field == blank).all(axis=1)), pa.scalar(None, pa.string()), shown)


def big_endian(field: Matrix) -> pa.Array:
    """Return signed big-endian integers of up to eight bytes (COMP) as digits."""
    return pc.cast(pa.array(_integers(field)), pa.string())


def little_endian(field: Matrix) -> pa.Array:
    """Return signed little-endian integers of up to eight bytes as digits."""
    return pc.cast(pa.array(_integers(field[:, ::-1])), pa.string())


def currency(field: Matrix) -> pa.Array:
    """Return FoxPro's currency, ten-thousandths in eight bytes, as numbers with four places."""
    units = pa.array(_integers(field[:, ::-1])).cast(pa.decimal128(19, 0))
    return pc.multiply(units, pa.scalar(Decimal("0.0001"), pa.decimal128(4, 4))).cast(pa.string())


def double(field: Matrix) -> pa.Array:
    """Return eight-byte floating-point numbers, little-endian, in the shortest form that is read back the same."""
    return pc.cast(pa.array(np.ascontiguousarray(field).view("<f8")[:, 0]), pa.string())


def moment(field: Matrix) -> pa.Array:
    """Return FoxPro's times, a Julian day and milliseconds, as ISO text; NULL where there is none."""
    day, milliseconds = _integers(field[:, 3::-1]), _integers(field[:, :3:-1])
    since_1970 = (day - _JULIAN_1970) * 86_400_000 + milliseconds
    times = pc.cast(pa.array(since_1970).cast(pa.timestamp("ms")), pa.string())
    return pc.if_else(pa.array((field == 0).all(axis=1) | (day == 0)), pa.scalar(None, pa.string()), times)


def bits(field: Matrix) -> pa.Array:
    """Return the bits of each record as a text of 0 and 1, the lowest bit of the first byte first."""
    digits = np.unpackbits(field, axis=1, bitorder="little") + ord("0")
    return pa.array(digits.view(f"S{digits.shape[1]}")[:, 0].astype(str), pa.string())


def _integers(field: Matrix) -> np.ndarray:
    """Return signed big-endian integers."""
    width = field.shape[1]
    wide = np.where(field[:, :1] >= 0x80, 0xFF, 0).astype(np.uint8).repeat(8, axis=1)
    wide[:, 8 - width :] = field
    return wide.view(">i8")[:, 0].astype(np.int64)


def _or_hex(values: pa.Array, field: Matrix, valid: np.ndarray) -> pa.Array:
    if valid.all():
        return values
    bad = [None if good else f"x'{bytes(row).hex()}'" for row, good in zip(field, valid, strict=True)]
    return pc.if_else(pa.array(valid), values, pa.array(bad, pa.string()))


def _long_way(field: Matrix, encoding: str) -> tuple[pa.Array, np.ndarray]:
    """Decode value by value: where a character takes several bytes there is no table to look it up in."""
    values: list[str | None] = []
    undecoded = np.zeros(len(field), bool)
    for number, row in enumerate(field):
        try:
            values.append(bytes(row).decode(encoding).rstrip(" \0"))
        except UnicodeDecodeError:
            values.append(None)
            undecoded[number] = True
    return pa.array(values, pa.string()), undecoded


@cache
def _code_page(encoding: str) -> np.ndarray | None:
    """Return the character of each of the 256 bytes, or None for an encoding of several bytes a character."""
    if encoding in ("ascii", "iso8859-1"):
        table = np.arange(256, dtype=np.uint32)
        table[128 if encoding == "ascii" else 256 :] = _UNDEFINED
        return table
    module = importlib.import_module(f"encodings.{encoding.replace('-', '_')}")
    characters = getattr(module, "decoding_table", None)
    return None if characters is None else np.array([ord(each) for each in characters], np.uint32)


#: How each way of storing a number is read; text and memos need more than their bytes.
READERS: dict[str, Callable[[Matrix], pa.Array]] = {
    "binary": big_endian, "integer": little_endian, "currency": currency, "double": double, "moment": moment,
}  # fmt: skip
