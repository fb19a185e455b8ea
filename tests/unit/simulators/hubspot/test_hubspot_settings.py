"""What is no record: archived properties and the rates of today."""

from __future__ import annotations

from typing import Any


def test_an_archived_property_is_listed_apart_until_it_is_made_again(client: Any) -> None:
    client.records.add_property("deals", "old_code", "number")
    client.records.remove_property("deals", "old_code")
    (archived,) = client.get("/crm/v3/properties/deals?archived=true")["results"]
    assert (archived["name"], archived["type"], archived["archived"]) == ("old_code", "number", True)
    assert archived["archivedAt"] == "2024-03-04T12:00:00.000Z"
    assert "old_code" not in {each["name"] for each in client.get("/crm/v3/properties/deals")["results"]}
    client.records.add_property("deals", "old_code")
    assert client.get("/crm/v3/properties/deals?archived=true")["results"] == []
