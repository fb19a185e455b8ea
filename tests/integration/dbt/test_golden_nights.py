"""Golden values from night to night: pins come, move and go, and whatever happens a build from nothing is the same."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.dbt.registered import Row, build, contact, pin, register, unpin
from tests.integration.dbt.small_lake import SmallLake

pytestmark = pytest.mark.slow

NIGHTS, PEOPLE = 3, 25
TABLES = ("intermediate.int_customers__values", "core.customer_attributes", "core.dim_customers")
PLACEHOLDERS = {"Unknown", "noreply@shop.example", date(1900, 1, 1), "n/a", "Musterstraße 1", "Unbekannt"}


def contents(lake: SmallLake) -> dict[str, list[str]]:
    return {table: sorted(map(str, lake.query(f"select * from {table}"))) for table in TABLES}


def golden(lake: SmallLake, customer: str, *attributes: str) -> tuple[Any, ...]:
    (row,) = lake.query(f"select {', '.join(attributes)} from core.dim_customers where customer_id = '{customer}'")
    return row


def test_a_pin_wins_follows_its_record_to_another_customer_and_undone_restores_everything(tmp_path: Path) -> None:
    names = {"old": {"first_name": "Ann", "last_name": "Lee"}, "new": {"first_name": "Ann", "last_name": "Li"}}
    old = contact("one", "1", "2025-01-01", street="Alt 1", city="Ulm", email="a@x.de", **names["old"])
    new = contact("two", "2", "2025-02-01", street="Neu 2", city="Bonn", **names["new"])
    other = contact("one", "3", "2025-01-01", first_name="Bo", last_name="Berg", email="b@x.de")
    lake = SmallLake(tmp_path / "lake")
    lake.write({"mapped.contacts": [old, new, other]})
    register(lake, {"ann": [old, new], "bo": [other]})
    build(lake)
    before = contents(lake)
    assert golden(lake, "ann", "customer_name", "street", "city") == ("Ann Li", "Neu 2", "Bonn")

    # the city is that of the older address, the name is nobody's
    pin(lake, old, "city", "ULM")
    pin(lake, old, "last_name", "Lee-Li")
    pin(lake, old, "email", "pinned@x.de", "2025-06-01")
    pin(lake, new, "email", "outdated@x.de", "2025-05-01")
    build(lake)
    assert golden(lake, "ann", "street", "city") == ("Alt 1", "ULM")
    assert golden(lake, "ann", "customer_name", "first_name", "last_name") == ("Ann Lee-Li", "Ann", "Lee-Li")
    emails = lake.query(
        "select value, is_winner, decided_by, is_pinned, record_count, source_record_id from core.customer_attributes"
        " where customer_id = 'ann' and attribute = 'email' order by value_rank"
    )
    assert emails == [
        ("pinned@x.de", True, "pinned", True, 0, None),
        ("outdated@x.de", False, "pinned", True, 0, None),
        ("a@x.de", False, "pinned", False, 1, "1"),
    ]

    # a steward parts the records: the pins go where the record that they name goes
    register(lake, {"ann": [new], "bo": [old, other]})
    build(lake)
    assert golden(lake, "ann", "customer_name", "city", "email") == ("Ann Li", "Bonn", "outdated@x.de")
    assert golden(lake, "bo", "last_name", "city", "email") == ("Lee-Li", "ULM", "pinned@x.de")

    register(lake, {"ann": [old, new], "bo": [other]})
    unpin(lake)
    build(lake)
    assert contents(lake) == before


def test_values_are_those_a_person_would_choose_and_nights_give_what_a_build_from_nothing_gives(tmp_path: Path) -> None:
    chance = random.Random(20250630)
    lake = SmallLake(tmp_path / "lake")
    records: dict[str, Row] = {}
    for night in range(NIGHTS):
        numbers = [str(number) for number in range(2 * PEOPLE) if not night or chance.random() < 0.3]
        written = [written_down(chance, number) for number in numbers]
        records |= {row["_record_id"]: row for row in written}
        lake.write({"mapped.contacts": written})
        # records come to a customer and leave it; a customer without records is gone
        customers: dict[str, list[Row]] = {}
        for row in records.values():
            customers.setdefault(f"c{chance.randrange(PEOPLE)}", []).append(row)
        register(lake, customers)
        build(lake)
        assert found(lake) == {customer: chosen(rows) for customer, rows in customers.items()}, f"night {night}"
    added = contents(lake)
    lake.warehouse.unlink()
    build(lake)
    assert contents(lake) == added


COLUMNS = ("first_name", "last_name", "birth_date", "email", "street", "postal_code", "city", "country", "job_title",
           "acquisition_source", "has_opted_out_of_email")  # fmt: skip


def written_down(chance: random.Random, number: str) -> Row:
    """Return a contact as its source shows it tonight; much is missing, and some of it says nothing."""
    choices: dict[str, list[Any]] = {
        "first_name": ["Ann", "Anne", "Unknown"],
        "last_name": ["Lee", "Li"],
        "birth_date": [date(1970, 1, 2), date(1970, 2, 1), date(1900, 1, 1)],
        "email": [f"a{number}@x.de", f"b{number}@y.de", "noreply@shop.example"],
        "street": [f"Ring {number}", f"Weg {number}", "Musterstraße 1"],
        "postal_code": ["10115", "20095"],
        "city": ["Ulm", "Bonn", "Unbekannt"],
        "country": ["DE"],
        "job_title": ["Clerk", "Boss", "n/a"],
        "acquisition_source": ["Web", "Fair"],
        "has_opted_out_of_email": [True, False],
    }
    fields = {name: chance.choice([None, *values, *values]) for name, values in choices.items()}
    stamps = {"created_at": datetime(2020, 1, 1) + timedelta(days=chance.randrange(900))}
    deleted = {"_op": "delete", "_delete_reason": "soft"} if chance.random() < 0.2 else {}
    changed = (date(2025, 1, 1) + timedelta(days=chance.randrange(150))).isoformat()
    return contact("source", number, changed, **fields, **stamps, **deleted)


def found(lake: SmallLake) -> dict[str, tuple[Any, ...]]:
    rows = lake.query(f"select customer_id, {', '.join(COLUMNS)} from core.dim_customers")
    return {customer: tuple(values) for customer, *values in rows}


def chosen(rows: list[Row]) -> tuple[Any, ...]:
    """Return what a person who reads the seed's rules makes of the records of one customer."""
    name = best(rows, ("first_name", "last_name"), lambda row: known_count(row, ("first_name", "last_name")))
    address = best(rows, ("street", "postal_code", "city", "country"), lambda row: known_count(row, ("street", "city")))
    days = Counter(row["birth_date"] for row in rows if row["birth_date"])
    opinion = best(rows, ("has_opted_out_of_email",), lambda row: row["has_opted_out_of_email"])
    told = [row for row in rows if row["acquisition_source"]]
    oldest = min(told, key=lambda row: (row["created_at"], row["_record_id"]), default={})
    speakers = (
        *(name, name, best(rows, ("birth_date",), lambda row: days[row["birth_date"]]), best(rows, ("email",))),
        *(address, address, address, address, best(rows, ("job_title",)), oldest, opinion),
    )
    return tuple(speaker.get(column) for column, speaker in zip(COLUMNS, speakers, strict=True))


def best(rows: list[Row], columns: tuple[str, ...], strength: Any = lambda row: 0) -> Row:
    """Return the record that speaks for columns that survive together: of the strongest living one, the latest."""
    speaking = [row for row in rows if any(row[column] is not None for column in columns)]
    first = sorted(speaking, key=lambda row: row["_record_id"])
    return max(
        first,
        key=lambda row: (
            known_count(row, columns) > 0, row.get("_op") != "delete", strength(row), row["modified_at"],
        ),
        default={},
    )  # fmt: skip


def known_count(row: Row, columns: tuple[str, ...]) -> int:
    return sum(row[column] is not None and row[column] not in PLACEHOLDERS for column in columns)
