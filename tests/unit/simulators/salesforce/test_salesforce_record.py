"""One record by its id, and what is told of its object without the fields."""

from __future__ import annotations

from typing import Any


def test_a_record_is_read_by_its_id_with_the_fields_asked_for_or_all_of_them(client: Any, org: Any) -> None:
    account = org.records.insert("Account", {"Name": "Acme", "BillingCity": "Bonn"})
    path = f"/sobjects/Account/{account}"
    shown = client.get(path, params={"fields": "name,BillingCity"}).json()
    attributes = {"type": "Account", "url": f"/services/data/v62.0{path}"}
    assert shown == {"attributes": attributes, "Name": "Acme", "BillingCity": "Bonn"}
    described = {field["name"] for field in client.get("/sobjects/Account/describe").json()["fields"]}
    assert set(client.get(path).json()) == described | {"attributes"}


def test_a_record_that_is_not_there_or_deleted_is_not_found_and_a_wrong_field_is_named(client: Any, org: Any) -> None:
    account = org.records.insert("Account", {"Name": "Acme"})
    assert client.get(f"/sobjects/Account/{account}?fields=Foo").json()[0]["errorCode"] == "INVALID_FIELD"
    assert client.get(f"/sobjects/Account/{account}?fields=COUNT()").json()[0]["errorCode"] == "INVALID_FIELD"
    org.records.delete("Account", account)
    for identifier in (account, "0015g0000000009AAA"):
        answer = client.get(f"/sobjects/Account/{identifier}")
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "NOT_FOUND")
    assert client.get(f"/sobjects/Nothing/{account}").status_code == 404


def test_a_part_of_a_batch_may_be_one_record(client: Any, org: Any) -> None:
    account = org.records.insert("Account", {"Name": "Acme"})
    parts = [{"method": "GET", "url": f"v62.0/sobjects/account/{account}?fields=Name"}]
    answer = client.http.post("/services/data/v62.0/composite/batch", json={"batchRequests": parts}).json()
    assert answer["results"][0]["result"]["Name"] == "Acme"


def test_an_object_is_told_without_its_fields(client: Any) -> None:
    answer = client.get("/sobjects/Account").json()
    assert (answer["objectDescribe"]["keyPrefix"], answer["recentItems"]) == ("001", [])
    assert client.get("/sobjects/Nothing").status_code == 404
