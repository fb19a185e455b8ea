"""Records read by another property than their id, and under every path that the reference has for them."""

from __future__ import annotations

from typing import Any

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
