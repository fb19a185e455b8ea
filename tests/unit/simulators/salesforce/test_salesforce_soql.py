"""SOQL beyond the fields of single rows: aggregates of all of them, FIELDS()."""

from __future__ import annotations

from typing import Any

import pytest


def test_aggregates_of_all_rows_are_one_record_with_aliases(client: Any, org: Any) -> None:
    org.records.insert_many("Lead", [{"State": "CA", "NumberOfEmployees": n} for n in (1, 2, None)])
    soql = "SELECT COUNT(Id), COUNT(NumberOfEmployees) known, SUM(NumberOfEmployees), COUNT_DISTINCT(State) FROM Lead"
    answer = client.query(soql).json()
    record = {"attributes": {"type": "AggregateResult"}, "expr0": 3, "known": 2, "expr1": 3, "expr2": 1}
    assert answer == {"totalSize": 1, "done": True, "records": [record]}
    (latest,) = client.query("SELECT MAX(SystemModstamp), AVG(NumberOfEmployees) FROM Lead").json()["records"]
    assert (latest["expr0"], latest["expr1"]) == ("2026-03-02T02:00:00.000+0000", 1.5)


@pytest.mark.parametrize(
    ("soql", "words"),
    [
        ("SELECT COUNT(Id) FROM Lead LIMIT 5", "cannot also use LIMIT"),
        ("SELECT LastName, COUNT(Id) FROM Lead", "Field must be grouped or aggregated: LastName"),
        ("SELECT COUNT(Id) FROM Lead ORDER BY LastName", "Ordered field must be grouped or aggregated: LastName"),
        ("SELECT SUM(LastName) FROM Lead", "field LastName does not support aggregate operator SUM"),
        ("SELECT State, COUNT(Id) FROM Lead GROUP BY State", "GROUP is not simulated"),
    ],
)
def test_rows_and_aggregates_of_all_of_them_do_not_mix(client: Any, soql: str, words: str) -> None:
    (error,) = client.query(soql).json()
    assert error["errorCode"] == "MALFORMED_QUERY" and words in error["message"]


def test_a_limit_bounds_a_bare_count(client: Any, org: Any) -> None:
    org.records.insert_many("Lead", [{"LastName": "x"}] * 3)
    assert client.query("SELECT COUNT() FROM Lead LIMIT 2").json()["totalSize"] == 2


def test_fields_stands_for_all_fields_or_for_the_standard_or_custom_ones(client: Any, org: Any) -> None:
    org.records.insert("Account", {"Name": "Acme"})
    shown = {
        kind: set(client.query(f"SELECT FIELDS({kind}) FROM Account LIMIT 200").json()["records"][0]) - {"attributes"}
        for kind in ("ALL", "standard", "CUSTOM")
    }
    described = client.get("/sobjects/Account/describe").json()["fields"]
    assert shown["ALL"] == {field["name"] for field in described}
    assert shown["CUSTOM"] == {field["name"] for field in described if field["custom"]}
    assert shown["standard"] == shown["ALL"] - shown["CUSTOM"]


def test_fields_without_a_bound_needs_a_limit_of_200(client: Any) -> None:
    for soql in ("SELECT FIELDS(ALL) FROM Account", "SELECT FIELDS(CUSTOM) FROM Account LIMIT 201"):
        (error,) = client.query(soql).json()
        assert error["errorCode"] == "MALFORMED_QUERY" and "must have a LIMIT of at most 200" in error["message"]
    assert client.query("SELECT FIELDS(STANDARD) FROM Account").status_code == 200
    (twice,) = client.query("SELECT Id, FIELDS(ALL) FROM User LIMIT 200").json()
    assert twice == {"message": "duplicate field selected: Id", "errorCode": "INVALID_FIELD"}
    assert client.create_job("SELECT FIELDS(ALL) FROM User LIMIT 200").status_code == 400
