"""A warehouse with nothing but the tables that the matcher reads, and records made for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import duckdb

from pipelines.analytics.matching.comparisons import Kind
from pipelines.analytics.matching.matcher import KINDS, Matched, match
from pipelines.analytics.matching.model import Model, stated

FEATURES = {
    "record_key": "varchar",
    "customer_type": "varchar",
    "first_name": "varchar",
    "given_names": "varchar[]",
    "last_name": "varchar",
    "last_name_parts": "varchar[]",
    "birth_date": "date",
    "emails": "varchar[]",
    "is_email_shared": "boolean",
    "mailbox": "varchar",
    "phones": "varchar[]",
    "street": "varchar",
    "postal_code": "varchar",
    "city": "varchar",
    "country": "varchar",
    "official_id": "varchar",
    "organization_name": "varchar",
    "organization_words": "varchar[]",
    "domains": "varchar[]",
}
DECLARED = {kind.customer_type: kind for kind in KINDS}

Record = dict[str, Any]
Models = Mapping[str, Model]


class Warehouse:
    """A connection whose current database is a warehouse, in memory unless a path is given."""

    def __init__(self, path: str = ":memory:") -> None:
        self.connection = duckdb.connect(path, config={"threads": 1})
        columns = ", ".join(f"{name} {kind}" for name, kind in FEATURES.items())
        self.connection.execute(
            f"""
            create schema if not exists intermediate;
            create table if not exists intermediate.int_customers__features ({columns});
            create table if not exists intermediate.int_customers__links
                (record_key varchar, other_record_key varchar, rule varchar, weight double);
            create temp table decisions (kind varchar, record_key varchar, other_record_key varchar);
            """
        )

    def hold(self, records: Iterable[Record]) -> None:
        """Hold these records and no others."""
        self.connection.execute("delete from intermediate.int_customers__features")
        rows = [[record.get(name) for name in FEATURES] for record in records]
        if rows:
            self._insert("intermediate.int_customers__features", rows)

    def state(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Hold these pairs, and no others, as what sources state."""
        self.connection.execute("delete from intermediate.int_customers__links")
        rows = [[*sorted(pair), "merged_in_source", 1.0] for pair in pairs]
        if rows:
            self._insert("intermediate.int_customers__links", rows)

    def decide(self, decisions: Iterable[tuple[str, str, str]]) -> None:
        """Hold these decisions (kind, record, other record) of a steward, and no others."""
        self.connection.execute("delete from decisions")
        rows = [list(each) for each in decisions]
        if rows:
            self._insert("decisions", rows)

    def match(self, models: Models | None = None) -> dict[str, Matched]:
        return match(self.connection, models or {})

    def groups(self) -> set[frozenset[str]]:
        """Return the records of each cluster."""
        rows = self.rows("select list(record_key) from matching.clusters group by component")
        return {frozenset(keys) for (keys,) in rows}

    def together(self) -> set[frozenset[str]]:
        """Return the names of the records of each cluster of more than one."""
        return {frozenset(map(name_of, group)) for group in self.groups() if len(group) > 1}

    def links(self) -> list[tuple[Any, ...]]:
        """Return all links, with weights to six digits."""
        return self.rows(
            "select record_key, other_record_key, rule, round(weight, 6), round(probability, 9), levels"
            " from matching.links order by all"
        )

    def review(self) -> list[tuple[Any, ...]]:
        """Return all pairs that wait, with weights to six digits."""
        return self.rows(
            "select record_key, other_record_key, reason, round(weight, 6), round(probability, 9), levels"
            " from matching.review order by all"
        )

    def result(self) -> tuple[set[frozenset[str]], list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        return self.groups(), self.links(), self.review()

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, list(parameters)).fetchall()

    def _insert(self, table: str, rows: list[list[Any]]) -> None:
        marks = ", ".join("?" for _ in rows[0])
        self.connection.executemany(f"insert into {table} values ({marks})", rows)


def key(name: str) -> str:
    return f"crm|one|contacts|{name}"


def name_of(record_key: str) -> str:
    return record_key.rsplit("|", 1)[1]


def person(name: str, first: str | None = None, last: str | None = None, **known: Any) -> Record:
    """Return a person's features; ``born``, ``email`` and ``phone`` are short for one value of theirs."""
    email, phone, born = known.pop("email", None), known.pop("phone", None), known.pop("born", None)
    short_for = known.pop("short_for", ())
    return {
        "record_key": key(name),
        "customer_type": "person",
        "first_name": first,
        "given_names": sorted({first, *short_for}) if first else None,
        "last_name": last,
        "last_name_parts": [last] if last else None,
        "birth_date": date.fromisoformat(born) if born else None,
        "emails": [email] if email else None,
        "is_email_shared": False,
        "mailbox": email.split("@")[0] if email else None,
        "phones": [phone] if phone else None,
        **known,
    }


def organization(name: str, called: str | None = None, **known: Any) -> Record:
    """Return an organization's features; ``email``, ``phone`` and ``domain`` are short for one value of theirs."""
    email, phone, domain = known.pop("email", None), known.pop("phone", None), known.pop("domain", None)
    return {
        "record_key": key(name),
        "customer_type": "organization",
        "organization_name": called.replace(" ", "") if called else None,
        "organization_words": called.split() if called else None,
        "is_email_shared": False,
        "emails": [email] if email else None,
        "phones": [phone] if phone else None,
        "domains": [domain] if domain else None,
        **known,
    }


def declared_model(kind: Kind, vetoed: float | None = None, **changes: Any) -> Model:
    """Return a model that holds what the kind declares, for any number of records.

    ``vetoed`` is how often true pairs show what may contradict, by contradiction; as declared by default.
    """
    m = {each.name: {level.label: level.m for level in each.levels} for each in kind.comparisons}
    u = {each.name: {level.label: level.u for level in each.levels} for each in kind.comparisons}
    if vetoed is not None:
        for veto in kind.vetoes:
            m[veto.comparison] |= dict.fromkeys(veto.levels, vetoed / len(veto.levels))
    given: dict[str, Any] = {
        "match_rate": 0.001,
        "threshold": 0.5,
        "rules": tuple(rule.name for rule in kind.rules),
        "max_block": 200,
        "trained_on": {"records": 1_000_000.0},
    }
    return Model(kind.customer_type, stated(kind), _shares(m), _shares(u), **given | changes)


def _shares(values: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    return {
        name: {label: share / sum(levels.values()) for label, share in levels.items()}
        for name, levels in values.items()
    }
