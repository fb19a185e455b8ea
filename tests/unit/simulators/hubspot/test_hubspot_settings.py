"""What is no record: archived properties and the rates of today."""

from __future__ import annotations

from typing import Any

RATES = "/settings/v3/currencies/exchange-rates"


def test_an_archived_property_is_listed_apart_until_it_is_made_again(client: Any) -> None:
    client.records.add_property("deals", "old_code", "number")
    client.records.remove_property("deals", "old_code")
    (archived,) = client.get("/crm/v3/properties/deals?archived=true")["results"]
    assert (archived["name"], archived["type"], archived["archived"]) == ("old_code", "number", True)
    assert archived["archivedAt"] == "2024-03-04T12:00:00.000Z"
    assert "old_code" not in {each["name"] for each in client.get("/crm/v3/properties/deals")["results"]}
    client.records.add_property("deals", "old_code")
    assert client.get("/crm/v3/properties/deals?archived=true")["results"] == []


def test_the_current_rates_are_the_latest_of_each_pair_that_are_in_effect(client: Any) -> None:
    moments = {"1": "2024-01-01T00:00:00Z", "2": "2024-03-01T00:00:00Z", "3": "2024-04-01T00:00:00Z"}
    for identifier, moment in moments.items():
        rate = {"id": identifier, "fromCurrencyCode": "USD", "toCurrencyCode": "EUR", "effectiveAt": moment}
        client.records.document("exchange_rate", identifier, rate)
    client.records.document("exchange_rate", "4", rate | {"id": "4", "fromCurrencyCode": "GBP"})
    assert [each["id"] for each in client.get(f"{RATES}/current")["results"]] == ["2"]
    assert len(client.get(RATES)["results"]) == 4
