"""Records read by another property than their id, and under every path that the reference has for them."""

from __future__ import annotations

from typing import Any

import pytest

COMPANIES = "/crm/v3/objects/companies"


def test_a_batch_reads_contacts_by_their_address_and_names_those_it_does_not_find(client: Any) -> None:
    contact = client.records.insert("contacts", {"email": "ada@acme.example"})
    body = {"idProperty": "email", "inputs": [{"id": "Ada@acme.example"}, {"id": "no@acme.example"}]}
    answer = client.post("/crm/v3/objects/contacts/batch/read", body, 207)
    assert [each["id"] for each in answer["results"]] == [contact]
    assert answer["errors"][0]["context"] == {"ids": ["no@acme.example"]}


def test_one_record_is_read_by_a_property_with_unique_values(client: Any) -> None:
    client.records.add_property("companies", "erp_number", unique=True)
    company = client.records.insert("companies", {"erp_number": "E 1"})
    assert client.get(f"{COMPANIES}/E%201?idProperty=erp_number")["id"] == company
    assert client.get(f"{COMPANIES}/{company}?idProperty=hs_object_id")["id"] == company
    client.get(f"{COMPANIES}/E2?idProperty=erp_number", 404)
    found = {each["name"]: each["hasUniqueValue"] for each in client.get("/crm/v3/properties/companies")["results"]}
    assert found["erp_number"] and not found["domain"]


def test_a_property_whose_values_need_not_be_unique_is_no_id_property(client: Any) -> None:
    body = {"idProperty": "domain", "inputs": [{"id": "acme.example"}]}
    assert client.post(f"{COMPANIES}/batch/read", body, 400)["category"] == "VALIDATION_ERROR"


def test_one_record_comes_with_the_history_of_its_properties(client: Any) -> None:
    deal = client.records.insert("deals", {"dealstage": "first"})
    shown = client.get(f"/crm/v3/objects/deals/{deal}?propertiesWithHistory=dealstage")
    assert [each["value"] for each in shown["propertiesWithHistory"]["dealstage"]] == ["first"]


@pytest.mark.parametrize("version", ["2025-09", "2026-03", "2026-09"])
def test_a_path_with_a_date_for_its_version_answers_as_its_twin(client: Any, version: str) -> None:
    company = client.records.insert("companies", {"name": "a"})
    path = f"/crm/objects/{version}/companies"
    page = [
        client.get(path),
        client.post(f"{path}/search", {}),
        client.post(f"{path}/batch/read", {"inputs": [{"id": company}]}),
    ]
    assert [each["results"][0]["id"] for each in page] == [company] * 3
    assert client.get(f"{path}/{company}")["id"] == company
    assert client.get(f"/crm/properties/{version}/companies") == client.get("/crm/v3/properties/companies")
    client.post(f"/crm/associations/{version}/companies/deals/batch/read", {"inputs": [{"id": company}]}, 207)


def test_a_date_that_is_no_version_is_no_path(client: Any) -> None:
    client.get("/crm/objects/2024-01/companies", 404)


def test_the_newer_token_endpoint_answers_as_the_older_one(client: Any) -> None:
    assert client.token("v3").json()["expires_in"] == 1800


def test_a_parameter_given_more_than_once_is_a_list(client: Any) -> None:
    client.records.insert("companies", {"name": "a", "domain": "acme.example"})
    (shown,) = client.get(f"{COMPANIES}?properties=name&properties=domain")["results"]
    assert (shown["properties"]["name"], shown["properties"]["domain"]) == ("a", "acme.example")
