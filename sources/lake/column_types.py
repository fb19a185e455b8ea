"""Which DuckDB type can hold another without losing a value, and how far a stored column may widen.

Pure functions over type names as DuckDB prints them; no SQL is run here.
"""

from __future__ import annotations

import re

_INTEGERS = {  # type -> (smallest, largest)
    "UTINYINT": (0, 2**8 - 1),
    "TINYINT": (-(2**7), 2**7 - 1),
    "USMALLINT": (0, 2**16 - 1),
    "SMALLINT": (-(2**15), 2**15 - 1),
    "UINTEGER": (0, 2**32 - 1),
    "INTEGER": (-(2**31), 2**31 - 1),
    "UBIGINT": (0, 2**64 - 1),
    "BIGINT": (-(2**63), 2**63 - 1),
}
_EXACT_IN = {"DOUBLE": 2**53, "FLOAT": 2**24}  # integers up to here are exact
_TIMESTAMPS = {"DATE", "TIMESTAMP_S", "TIMESTAMP_MS"}  # what TIMESTAMP holds exactly
_AS_TEXT = {"BOOLEAN", "TIME", "UUID", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "JSON", *_TIMESTAMPS, *_EXACT_IN}
# DuckLake has no such types, or Parquet cannot keep them exactly
_UNSTORABLE = re.compile(r"\b(ENUM|BIT|BIGNUM|UNION|VARIANT|INTERVAL|HUGEINT|UHUGEINT|NULL|TIME WITH TIME ZONE)\b")
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def storable(type_name: str) -> str:
    """Return the type a source type is kept as: itself, or VARCHAR where the lake cannot keep it exactly."""
    return "VARCHAR" if _UNSTORABLE.search(type_name) else type_name


def decimal_shape(type_name: str) -> tuple[int, int] | None:
    """Return (digits before the point, digits after it) of an exact numeric type, else None."""
    if type_name in _INTEGERS:
        return max(len(str(abs(bound))) for bound in _INTEGERS[type_name]), 0
    found = _DECIMAL.fullmatch(type_name)
    return (int(found[1]) - int(found[2]), int(found[2])) if found else None


def is_integer(type_name: str) -> bool:
    """Say whether the type is one of the integer types the lake keeps."""
    return type_name in _INTEGERS


def holds(stored: str, incoming: str) -> bool:
    """Say whether every value of ``incoming`` can be kept in ``stored`` without loss."""
    if stored == incoming:
        return True
    if stored in _INTEGERS and incoming in _INTEGERS:
        (low, high), (other_low, other_high) = _INTEGERS[stored], _INTEGERS[incoming]
        return low <= other_low and other_high <= high
    if stored in _EXACT_IN and incoming in _INTEGERS:
        return max(abs(bound) for bound in _INTEGERS[incoming]) <= _EXACT_IN[stored]
    if stored == "VARCHAR":
        return incoming in _AS_TEXT or decimal_shape(incoming) is not None
    mine, other = decimal_shape(stored), decimal_shape(incoming)
    if mine and other and stored not in _INTEGERS:
        return mine[0] >= other[0] and mine[1] >= other[1]
    return (stored, incoming) == ("DOUBLE", "FLOAT") or (stored == "TIMESTAMP" and incoming in _TIMESTAMPS)


def widened(stored: str, incoming: str) -> str | None:
    """Return the smallest type ``stored`` can widen to in place so that it holds ``incoming``, or None.

    A FLOAT never does: DuckLake (its issue 1307) keeps its bounds as text, which read as DOUBLE exclude values it has.
    """
    if stored == "FLOAT":
        return None
    candidates = [incoming, *_INTEGERS, "DOUBLE", "TIMESTAMP"]
    mine, other = decimal_shape(stored), decimal_shape(incoming)
    if mine and other:
        whole, fraction = max(mine[0], other[0]), max(mine[1], other[1])
        if whole + fraction <= 38:
            candidates.append(f"DECIMAL({whole + fraction},{fraction})")
    for candidate in candidates:
        if candidate != "VARCHAR" and holds(candidate, stored) and holds(candidate, incoming):
            return candidate
    return None


def suffix(type_name: str) -> str:
    """Return the type as the ending of a variant column's name: ``DECIMAL(18,2)`` gives ``decimal_18_2``."""
    return re.sub(r"[^a-z0-9]+", "_", type_name.lower()).strip("_")
