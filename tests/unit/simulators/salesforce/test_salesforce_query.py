"""REST queries: SOQL's own comparison rules, pages and locators, what deleted and archived rows do, the errors."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from sources.simulators.salesforce import SalesforceSimulator


@pytest.fixture
def people(org: Any, clock: Any) -> dict[str, str]:
    """Four leads an hour apart, by last name."""
    ids = {}
    for name, employees, state in (("Adams", 5, "CA"), ("Brown", 50, None), ("Clark", 500, "ca"), ("O'Neil", None, "")):
        values = {
            "LastName": name,
            "NumberOfEmployees": employees,
            "State": state or None,
            "IsConverted": name == "Brown",
        }
        ids[name] = org.records.insert("Lead", values)
        clock.pass_(hours=1)
    return ids


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("LastName = 'adams'", ["Adams"]),
        ("LastName LIKE '%A%'", ["Adams", "Clark"]),
        ("LastName LIKE '_rown'", ["Brown"]),
        ("LastName = 'O\\'Neil'", ["O'Neil"]),
        ("State = 'CA'", ["Adams", "Clark"]),
        ("State != 'CA'", ["Brown", "O'Neil"]),
        ("State = null", ["Brown", "O'Neil"]),
        ("State != null", ["Adams", "Clark"]),
        ("NumberOfEmployees > 5", ["Brown", "Clark"]),
        ("NOT NumberOfEmployees > 5", ["Adams", "O'Neil"]),
        ("NumberOfEmployees <= 50 AND IsConverted = false", ["Adams"]),
        ("(NumberOfEmployees = 5 OR NumberOfEmployees = 500) AND State = 'CA'", ["Adams", "Clark"]),
        ("LastName IN ('Adams','BROWN')", ["Adams", "Brown"]),
        ("State NOT IN ('CA')", ["Brown", "O'Neil"]),
        (
            "SystemModstamp >= 2026-03-02T03:00:00Z AND SystemModstamp < 2026-03-02T05:00:00.000+00:00",
            ["Brown", "Clark"],
        ),
        ("CreatedDate > 2026-03-02T05:00:00.000+02:00", ["Clark", "O'Neil"]),
    ],
)
def test_conditions_mean_what_soql_means(client: Any, people: dict[str, str], where: str, names: list[str]) -> None:
    found = client.ids(f"SELECT Id FROM Lead WHERE {where} ORDER BY LastName")
    assert found == [people[name] for name in names]


def test_fields_come_back_in_canonical_case_with_rest_formats(client: Any, org: Any) -> None:
    account = org.records.insert(
        "Account", {"Name": "Acme", "AnnualRevenue": Decimal(1500000), "NumberOfEmployees": 12, "BillingCity": "Bonn"}
    )
    org.records.insert("Opportunity", {"Name": "Deal", "Amount": Decimal("45.40"), "CloseDate": date(2026, 5, 1)})
    soql = "select id, name, annualrevenue, NUMBEROFEMPLOYEES, isdeleted, createddate, fax from account"
    (record,) = client.query(soql).json()["records"]
    assert record == {
        "attributes": {"type": "Account", "url": f"/services/data/v62.0/sobjects/Account/{account}"},
        "Id": account,
        "Name": "Acme",
        "AnnualRevenue": 1500000.0,
        "NumberOfEmployees": 12,
        "IsDeleted": False,
        "CreatedDate": "2026-03-02T02:00:00.000+0000",
        "Fax": None,
    }
    text = client.query("SELECT Amount, CloseDate FROM Opportunity").text
    assert '"Amount":45.4,"CloseDate":"2026-05-01"' in text
    (record,) = client.query("SELECT BillingAddress, ShippingAddress FROM Account").json()["records"]
    assert record["BillingAddress"]["city"] == "Bonn" and record["BillingAddress"]["postalCode"] is None
    assert record["ShippingAddress"] is None


def test_a_decimal_of_nothing_but_places_has_a_zero_before_its_point(client: Any, org: Any) -> None:
    org.records.add_field("Lead", "Share__c", "decimal(4,4)")
    for share in ("0.5", "-0.25", "0"):
        org.records.insert("Lead", {"LastName": "x", "Share__c": Decimal(share)})
    records = client.query("SELECT Share__c FROM Lead ORDER BY Id").json()["records"]
    assert [record["Share__c"] for record in records] == [0.5, -0.25, 0.0]


def test_2500_rows_of_one_stamp_come_in_two_pages_behind_a_locator(client: Any, org: Any) -> None:
    ids = org.records.insert_many("Contact", ({"LastName": f"No. {number}"} for number in range(2500)))
    first = client.query("SELECT Id FROM Contact ORDER BY SystemModstamp, Id").json()
    assert (first["totalSize"], first["done"], len(first["records"])) == (2500, False, 2000)
    second = client.get(first["nextRecordsUrl"]).json()
    assert (second["totalSize"], second["done"], len(second["records"])) == (2500, True, 500)
    assert "nextRecordsUrl" not in second
    assert [record["Id"] for record in first["records"] + second["records"]] == sorted(ids)


def test_the_batch_size_a_client_asks_for_is_respected_from_200_up(client: Any, org: Any) -> None:
    org.records.insert_many("Contact", ({"LastName": "x"} for _ in range(450)))
    options = {"Sforce-Query-Options": "batchSize=50"}
    answer = client.get("/query", params={"q": "SELECT Id FROM Contact"}, headers=options).json()
    assert len(answer["records"]) == 200


def test_an_eleventh_cursor_closes_the_first(client: Any, org: Any, faults: Any) -> None:
    faults.rest_page_rows = 1
    org.records.insert_many("Contact", [{"LastName": "a"}, {"LastName": "b"}])
    locators = [client.query("SELECT Id FROM Contact").json()["nextRecordsUrl"] for _ in range(11)]
    assert client.get(locators[0]).json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"
    assert client.get(locators[1]).json()["done"]


def test_count_has_a_total_and_no_records(client: Any, people: dict[str, str]) -> None:
    answer = client.query("SELECT COUNT() FROM Lead WHERE State != null").json()
    assert answer == {"totalSize": 2, "done": True, "records": []}


def test_nulls_sort_first_unless_told_otherwise(client: Any, people: dict[str, str]) -> None:
    by_size = "SELECT Id FROM Lead ORDER BY NumberOfEmployees"
    assert client.ids(by_size)[0] == people["O'Neil"]
    assert client.ids(f"{by_size} DESC NULLS LAST LIMIT 1") == [people["Clark"]]


def test_ids_compare_by_case_and_in_their_short_form(client: Any, people: dict[str, str]) -> None:
    identifier = people["Adams"]
    assert client.ids(f"SELECT Id FROM Lead WHERE Id = '{identifier[:15]}'") == [identifier]
    assert client.ids(f"SELECT Id FROM Lead WHERE Id = '{identifier.lower()}'") == []


def test_deleted_rows_and_archived_activities_show_in_query_all_only(client: Any, org: Any) -> None:
    gone = org.records.insert("Account", {"Name": "Gone"})
    org.records.delete("Account", gone)
    old = org.records.insert("Task", {"Subject": "Call", "IsArchived": True})
    product = org.records.insert("Product2", {"Name": "Lamp", "IsArchived": True})
    assert client.ids("SELECT Id FROM Account") == []
    assert client.ids("SELECT Id FROM Account", "queryAll") == [gone]
    assert client.ids("SELECT Id FROM Account WHERE IsDeleted = true", "queryAll") == [gone]
    assert client.ids("SELECT Id FROM Task") == []
    assert client.ids("SELECT Id FROM Task", "queryAll") == [old]
    assert client.ids("SELECT Id FROM Product2") == [product]


@pytest.mark.parametrize(
    ("soql", "code", "words"),
    [
        ("SELECT Foo FROM Account", "INVALID_FIELD", "No such column 'Foo' on entity 'Account'"),
        ("SELECT Id FROM Foo", "INVALID_TYPE", "sObject type 'Foo' is not supported"),
        ("SELECT Id FRM Account", "MALFORMED_QUERY", "unexpected token: 'FRM'"),
        ("SELECT Id FROM", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
        ("SELECT Id, id FROM Account", "MALFORMED_QUERY", "duplicate field selected: Id"),
        ("SELECT Id FROM Account WHERE Name = 'a' AND Fax = 'b' OR Sic = 'c'", "MALFORMED_QUERY", "token: 'OR'"),
        ("SELECT Id FROM Account WHERE CreatedDate > '2024-01-01'", "INVALID_FIELD", "must be of type dateTime"),
        ("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD", "must be of type string"),
        ("SELECT Id FROM Case WHERE Description = 'x'", "INVALID_FIELD", "can not be filtered"),
        ("SELECT Id FROM Account WHERE IsDeleted > true", "INVALID_QUERY_FILTER_OPERATOR", "IsDeleted"),
    ],
)
def test_errors_are_lists_in_the_words_of_the_service(client: Any, soql: str, code: str, words: str) -> None:
    answer = client.query(soql)
    assert answer.status_code == 400
    (error,) = answer.json()
    assert error["errorCode"] == code and words in error["message"]


def test_a_uri_longer_than_16384_bytes_is_refused_as_html(client: Any) -> None:
    fits = client.query("SELECT Id FROM Account WHERE Name = '" + "x" * 15_500 + "'")
    too_long = client.query("SELECT Id FROM Account WHERE Name = '" + "x" * 16_384 + "'")
    assert (fits.status_code, too_long.status_code) == (200, 414)
    assert b"Bad Message 414" in too_long.content


def test_a_field_an_administrator_added_to_a_state_file_is_a_custom_field(
    tmp_path: Any, clock: Any, connect: Any
) -> None:
    with duckdb.connect(str(tmp_path / "org.duckdb")) as file:
        file.execute('create table "User" ("Id" varchar, "SystemModstamp" timestamp, "Shoe_Size__c" decimal(4,1))')
        file.execute('insert into "User" values (?, ?, 42.5)', ["0055g0000000001AAA", datetime(2026, 1, 1)])
    with SalesforceSimulator(tmp_path / "org.duckdb", clock=clock) as simulator:
        client = connect(simulator)
        (record,) = client.query("SELECT Shoe_Size__c, SystemModstamp FROM User").json()["records"]
        assert (record["Shoe_Size__c"], record["SystemModstamp"]) == (42.5, "2026-01-01T00:00:00.000+0000")
        assert client.get("/sobjects/Account/describe").status_code == 404
        with pytest.raises(PermissionError, match="read-only"):
            simulator.records.insert("User", {})
