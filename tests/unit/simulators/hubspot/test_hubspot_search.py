"""The search takes what the reference shows beside filters: a sort written as a text, and a text to look for."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("name", ["a", "b"]),
        ("-name", ["b", "a"]),
        ({"propertyName": "name", "direction": "DESCENDING"}, ["b", "a"]),
    ],
)
def test_a_sort_is_a_text_whose_minus_turns_it_round_or_an_object(client: Any, sort: object, names: list[str]) -> None:
    client.records.insert_many("companies", [{"name": "a"}, {"name": "b"}])
    shown = client.search([], properties=["name"], sorts=[sort])["results"]
    assert [each["properties"]["name"] for each in shown] == names


def test_a_sort_by_a_property_that_is_none_is_a_bad_request(client: Any) -> None:
    assert client.search([], 400, sorts=["-nonsense"])["category"] == "VALIDATION_ERROR"


def test_a_query_finds_records_with_its_text_in_a_searchable_property(client: Any) -> None:
    low = {"firstname": "Ada", "lastname": "Low", "email": "ada@acme.example", "jobtitle": "Acme's own"}
    client.records.insert_many("contacts", [low, {"lastname": "Acmer"}, {"lastname": "Hill", "jobtitle": "acme"}])
    shown = client.post("/crm/v3/objects/contacts/search", {"query": "ACME", "properties": ["lastname"]})
    assert [each["properties"]["lastname"] for each in shown["results"]] == ["Low", "Acmer"]
    filters = [{"propertyName": "firstname", "operator": "HAS_PROPERTY"}]
    assert client.search(filters, kind="contacts", query="acme")["total"] == 1


def test_a_query_of_more_than_3000_characters_is_refused(client: Any) -> None:
    client.search([], 400, query="x" * 3_001)
