"""Without a word about properties a record comes with the default ones of its type."""

from __future__ import annotations

from typing import Any

CONTACTS = "/crm/v3/objects/contacts"
DEFAULT = {"createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"}


def test_every_way_to_read_a_contact_without_properties_answers_the_default_ones(client: Any) -> None:
    contact = client.records.insert("contacts", {"lastname": "Low", "jobtitle": "Engineer"})
    pages = [client.get(CONTACTS), client.search([], kind="contacts")]
    pages.append(client.post(f"{CONTACTS}/batch/read", {"inputs": [{"id": contact}]}))
    records = [page["results"][0] for page in pages] + [client.get(f"{CONTACTS}/{contact}")]
    assert [set(each["properties"]) for each in records] == [DEFAULT] * 4


def test_properties_asked_for_come_instead_of_the_default_ones(client: Any) -> None:
    client.records.insert("contacts", {"lastname": "Low"})
    (shown,) = client.get(f"{CONTACTS}?properties=jobtitle")["results"]
    assert set(shown["properties"]) == {"jobtitle", "createdate", "lastmodifieddate", "hs_object_id"}
