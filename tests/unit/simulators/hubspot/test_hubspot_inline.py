"""Associations that come with the records they belong to, and those of one record."""

from __future__ import annotations

from typing import Any

import pytest

DEALS = "/crm/v3/objects/deals"


@pytest.fixture
def deal(client: Any) -> str:
    """A deal of two companies and one contact, beside a deal of nobody."""
    deal, _ = client.records.insert_many("deals", [{"dealname": "a"}, {"dealname": "b"}])
    for company in client.records.insert_many("companies", [{}, {}]):
        client.records.associate([("deals", deal), ("companies", company)], type_ids=(341, 342))
    client.records.associate([("deals", deal), ("contacts", client.records.insert("contacts", {}))], type_ids=(3, 4))
    return str(deal)


def test_a_list_tells_the_associations_asked_for_beside_each_record(client: Any, deal: str) -> None:
    first, second = client.get(f"{DEALS}?associations=companies,contacts")["results"]
    companies = [{"id": "103", "type": "deal_to_company"}, {"id": "104", "type": "deal_to_company"}]
    contacts = [{"id": "105", "type": "deal_to_contact"}]
    assert first["associations"] == {"companies": {"results": companies}, "contacts": {"results": contacts}}
    assert "associations" not in second
    assert client.get(f"{DEALS}/{deal}?associations=companies")["associations"] == {"companies": {"results": companies}}
    assert "infer object type" in client.get(f"{DEALS}?associations=nonsense", 400)["message"]


def test_associations_beyond_the_first_ones_are_read_from_the_link_of_their_own_page(client: Any, deal: str) -> None:
    client.faults.association_rows = 1
    inline = client.get(f"{DEALS}/{deal}?associations=companies")["associations"]["companies"]
    assert [each["id"] for each in inline["results"]] == ["103"]
    rest = client.get(inline["paging"]["next"]["link"])
    assert rest == {"results": [{"id": "104", "type": "deal_to_company"}]}


def test_the_associations_of_one_record_are_listed_with_their_kinds(client: Any, deal: str) -> None:
    kinds = [{"category": "HUBSPOT_DEFINED", "typeId": 3, "label": None}]
    answer = client.get(f"/crm/v4/objects/deals/{deal}/associations/contacts")
    assert answer == {"results": [{"toObjectId": 105, "associationTypes": kinds}]}
    assert client.get(f"/crm/v4/objects/deals/{deal}/associations/tickets") == {"results": []}
