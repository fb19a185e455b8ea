"""What two records say, side by side, and in which of it they differ. How it looks on a terminal is in the CLI."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from pipelines.stewardship.opening import has_table
from sources.quoting import quoted

Record = Mapping[str, Any]


def _plain(text: str) -> str:
    """Return text without what people write now so and now so: case, blanks and punctuation."""
    return re.sub(r"[^\w]+", "", text).casefold()


def _mailbox(text: str) -> str:
    """Return an e-mail address without what often does not matter: case, dots, and a tag after a plus."""
    mailbox, _, domain = text.casefold().partition("@")
    return f"{mailbox.split('+')[0].replace('.', '')}@{domain}"


def _number(text: str) -> str:
    """Return the end of a telephone number, which prefixes do not change."""
    return re.sub(r"\D", "", text)[-7:]


def _nothing(text: str) -> str:
    """Compare nothing: what says when a record was written does not say whose it is."""
    return ""


@dataclass(frozen=True)
class Line:
    """One line of the comparison: what two records say of one thing; either side may say nothing or several things.

    Attributes:
        key: what of a value is compared; where it is None, values are compared word by word.
    """

    label: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    key: Callable[[str], str] | None = None

    @property
    def mark(self) -> str:
        """``=`` where both say the same, ``~`` where they share something, else ``≠``; empty where one is silent."""
        left, right = self._said(self.left), self._said(self.right)
        if not left or not right:
            return ""
        return "=" if left == right else "~" if left & right else "≠"

    def parts(self, side: Sequence[str]) -> list[list[tuple[str, bool]]]:
        """Return the values of a side in their parts, each with whether the other side lacks it."""
        other = self._said(self.right if side is self.left else self.left)
        return [[(part, bool(other) and self._key(part) not in other) for part in self._parts(text)] for text in side]

    def _parts(self, text: str) -> list[str]:
        return [text] if self.key else text.split()

    def _key(self, part: str) -> str:
        return (self.key or _plain)(part)

    def _said(self, side: Sequence[str]) -> set[str]:
        return {self._key(part) for text in side for part in self._parts(text)} - {""}


def records(connection: duckdb.DuckDBPyConnection, keys: Iterable[str]) -> Mapping[str, Record]:
    """Return what the warehouse knows of records, by key; every e-mail and telephone under `emails` and `phones`.

    ``connection`` has the warehouse attached as ``warehouse``. A record that is gone is left out.
    """
    wanted = ", ".join(map(quoted, sorted(set(keys)))) or "null"
    found = _rows(connection, f"from warehouse.intermediate.int_customers__records where record_key in ({wanted})")
    if has_table(connection, "warehouse", "intermediate", "int_customers__features"):
        features = _rows(
            connection,
            "select record_key, emails, phones, official_id from warehouse.intermediate.int_customers__features"
            f" where record_key in ({wanted})",
        )
        return {key: {**features.get(key, {}), **record} for key, record in found.items()}
    return found


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    return {row["record_key"]: row for row in (dict(zip(names, each, strict=True)) for each in cursor.fetchall())}


def _some(*names: str, key: Callable[[str], str] = str) -> Callable[[Record], tuple[str, ...]]:
    """Return what lists the values of some columns, the first spelling of each."""

    def values(record: Record) -> tuple[str, ...]:
        found: dict[str, str] = {}
        for name in names:
            value = record.get(name)
            for each in value if isinstance(value, list) else [value]:
                if each not in (None, ""):
                    found.setdefault(key(str(each)), str(each))
        return tuple(found.values())

    return values


def _name(record: Record) -> tuple[str, ...]:
    spelled = " ".join(str(record[part]) for part in ("first_name", "last_name") if record.get(part))
    return _some("full_name")(record) or ((spelled,) if spelled else ())


def _address(record: Record) -> tuple[str, ...]:
    town = " ".join(str(record[part]) for part in ("postal_code", "city", "state") if record.get(part))
    return tuple(str(part) for part in (record.get("street"), town, record.get("country")) if part)


def _state(record: Record) -> tuple[str, ...]:
    return (str(record.get("delete_reason") or "deleted"),) if record.get("is_deleted") else ()


def _day(record: Record) -> tuple[str, ...]:
    return (str(record["modified_at"])[:10],) if record.get("modified_at") else ()


_LINES: Sequence[tuple[str, Callable[[Record], tuple[str, ...]], Callable[[str], str] | None]] = (
    ("name", _name, None),
    ("birth date", _some("birth_date"), None),
    ("e-mail", _some("email", "emails", key=_mailbox), _mailbox),
    ("phone", _some("phone", "mobile_phone", "phones", key=_number), _number),
    ("address", _address, None),
    ("website", _some("website"), None),
    ("official id", _some("official_id"), None),
    ("job title", _some("job_title"), None),
    ("changed", _day, _nothing),
    ("deleted", _state, _nothing),
)


def compare(left: Record, right: Record) -> list[Line]:
    """Return the lines of which at least one record says something."""
    lines = [Line(label, values(left), values(right), key) for label, values, key in _LINES]
    return [line for line in lines if line.left or line.right]
