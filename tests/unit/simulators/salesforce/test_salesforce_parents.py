"""Fields of parents: in the select list, in conditions, in the order, over REST and in bulk."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def contacts(org: Any) -> list[str]:
    """A contact of an account that belongs to a user, and one of nobody."""
    owner = org.records.insert("User", {"Name": "Ada Low"})
    account = org.records.insert("Account", {"Name": "Acme", "OwnerId": owner, "NumberOfEmployees": 7})
    rows = [{"LastName": "Hill", "AccountId": account, "OwnerId": owner}, {"LastName": "Pond"}]
    return [str(each) for each in org.records.insert_many("Contact", rows)]


def test_fields_of_parents_come_as_objects_in_place_and_as_null_without_a_parent(
    client: Any, contacts: list[str]
) -> None:
    soql = "SELECT Id, account.name, LastName, Account.Owner.Name, Account.NumberOfEmployees FROM Contact ORDER BY Id"
    first, second = client.query(soql).json()["records"]
    account = first.pop("Account")
    assert list(first) == ["attributes", "Id", "LastName"] and second["Account"] is None
    assert account["attributes"]["type"] == "Account"
    assert account["attributes"]["url"].startswith("/services/data/v62.0/sobjects/Account/001")
    assert (account["Name"], account["NumberOfEmployees"]) == ("Acme", 7)
    assert account["Owner"]["attributes"]["type"] == "User" and account["Owner"]["Name"] == "Ada Low"


def test_rows_are_filtered_and_sorted_by_fields_of_their_parents(client: Any, contacts: list[str]) -> None:
    assert client.ids("SELECT Id FROM Contact WHERE Account.Owner.Name = 'ada low'") == contacts[:1]
    assert client.ids("SELECT Id FROM Contact WHERE Account.Name = null") == contacts[1:]
    assert client.ids("SELECT Id FROM Contact ORDER BY Contact.Owner.Name DESC NULLS LAST") == contacts


def test_a_parent_of_one_of_several_objects_tells_which_it_is(client: Any, org: Any, contacts: list[str]) -> None:
    lead = org.records.insert("Lead", {"LastName": "Moss"})
    org.records.insert("Task", {"WhoId": lead})
    (task,) = client.query("SELECT Who.LastName FROM Task").json()["records"]
    assert (task["Who"]["attributes"]["type"], task["Who"]["LastName"]) == ("Lead", "Moss")


def test_the_bulk_api_writes_a_parents_field_under_its_whole_path(client: Any, contacts: list[str], rows: Any) -> None:
    job = client.finished_job("SELECT LastName, Owner.Name FROM Contact ORDER BY Id")
    assert rows(client.results(job)) == [
        {"LastName": "Hill", "Owner.Name": "Ada Low"},
        {"LastName": "Pond", "Owner.Name": ""},
    ]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("Boss.Name", "Didn't understand relationship 'Boss' in field path 'Boss.Name'"),
        ("Account.Boss", "No such column 'Boss' on entity 'Account'"),
    ],
)
def test_a_path_that_leads_nowhere_is_an_invalid_field(client: Any, path: str, words: str) -> None:
    (error,) = client.query(f"SELECT {path} FROM Contact").json()
    assert error["errorCode"] == "INVALID_FIELD" and words in error["message"]
