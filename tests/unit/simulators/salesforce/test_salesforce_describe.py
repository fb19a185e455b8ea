"""Metadata: objects, field attributes, 304, batches, limits, and fields that come and go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

OBJECTS = {
    "Account", "Contact", "Lead", "Opportunity", "OpportunityLineItem", "OpportunityHistory", "Product2", "Order",
    "OrderItem", "Task", "Event", "Case", "Campaign", "CampaignMember", "User", "CurrencyType", "DatedConversionRate",
    "ForecastingQuota", "AccountContactRelation", "Contract", "EmailMessage", "GroupMember", "Organization",
}  # fmt: skip


def fields_of(client: Any, sobject: str) -> dict[str, dict]:
    return {field["name"]: field for field in client.get(f"/sobjects/{sobject}/describe").json()["fields"]}


def test_every_object_is_listed_with_its_key_prefix(client: Any) -> None:
    listed = {entry["name"]: entry for entry in client.get("/sobjects").json()["sobjects"]}
    assert set(listed) == OBJECTS
    assert listed["Lead"]["keyPrefix"] == "00Q"
    assert listed["Lead"]["urls"]["describe"] == "/services/data/v62.0/sobjects/Lead/describe"


def test_describe_tells_what_a_client_types_columns_by(client: Any) -> None:
    fields = fields_of(client, "Account")
    assert (fields["Id"]["type"], fields["Id"]["length"]) == ("id", 18)
    revenue = fields["AnnualRevenue"]
    assert (revenue["type"], revenue["precision"], revenue["scale"]) == ("currency", 18, 0)
    assert fields["Days_Since_Activity__c"]["calculated"] and fields["Days_Since_Activity__c"]["custom"]
    assert (fields["BillingAddress"]["type"], fields["BillingCity"]["compoundFieldName"]) == (
        "address",
        "BillingAddress",
    )
    assert fields["OwnerId"]["referenceTo"] == ["User"]
    assert not fields["Name"]["deprecatedAndHidden"] and not fields["Name"]["nillable"]


def test_objects_without_a_recycle_bin_have_no_delete_flag(client: Any) -> None:
    assert "IsDeleted" not in fields_of(client, "User")
    assert "IsDeleted" in fields_of(client, "Account")


def test_describe_answers_304_until_the_org_changes(client: Any, org: Any, clock: Any) -> None:
    first = client.get("/sobjects/Account/describe")
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    unchanged = client.get("/sobjects/Account/describe", headers=since)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    clock.pass_(minutes=1)
    org.records.add_field("Account", "Nickname__c")
    changed = client.get("/sobjects/Account/describe", headers=since)
    assert changed.status_code == 200
    assert "Nickname__c" in {field["name"] for field in changed.json()["fields"]}


def test_a_new_field_is_null_in_old_rows_and_a_dropped_one_is_gone(client: Any, org: Any) -> None:
    account = org.records.insert("Account", {"Name": "Acme"})
    org.records.add_field("Account", "Score__c", "decimal(9,2)")
    assert fields_of(client, "Account")["Score__c"]["scale"] == 2
    assert client.query("SELECT Id, Score__c FROM Account").json()["records"][0]["Score__c"] is None
    org.records.remove_field("Account", "Rating")
    assert "Rating" not in fields_of(client, "Account")
    assert client.query("SELECT Rating FROM Account").json()[0]["errorCode"] == "INVALID_FIELD"
    assert client.ids("SELECT Id FROM Account") == [account]


def test_a_field_hidden_by_security_is_silently_absent(client: Any, faults: Any) -> None:
    faults.hidden_fields.add("Contact.Birthdate")
    assert "Birthdate" not in fields_of(client, "Contact")
    assert client.query("SELECT Birthdate FROM Contact").status_code == 400


def test_a_batch_has_a_status_for_each_part(client: Any) -> None:
    parts = [{"method": "GET", "url": f"v62.0/sobjects/{name}/describe"} for name in ("Account", "Nothing")]
    body = {"haltOnError": False, "batchRequests": parts}
    answer = client.http.post("/services/data/v62.0/composite/batch", json=body).json()
    assert answer["hasErrors"]
    assert [part["statusCode"] for part in answer["results"]] == [200, 404]
    assert answer["results"][0]["result"]["name"] == "Account"
    assert answer["results"][1]["result"][0]["errorCode"] == "NOT_FOUND"


def test_a_part_of_a_batch_may_be_a_query_whose_pages_follow(client: Any, org: Any, faults: Any) -> None:
    faults.rest_page_rows = 1
    ids = org.records.insert_many("Account", [{"Name": "a"}, {"Name": "b"}])
    parts = [{"method": "GET", "url": "v62.0/query/?q=SELECT+Id+FROM+Account+ORDER+BY+Id"}]
    parts += [{"method": "GET", "url": "v62.0/query?q=SELECT+COUNT()+FROM+Account"}, {"method": "GET", "url": "v62.0"}]
    answer = client.http.post("/services/data/v62.0/composite/batch", json={"batchRequests": parts}).json()
    assert not answer["hasErrors"]
    page, count, resources = (part["result"] for part in answer["results"])
    assert [record["Id"] for record in page["records"]] == ids[:1] and count["totalSize"] == 2
    assert client.get(page["nextRecordsUrl"]).json()["records"][0]["Id"] == ids[1]
    assert resources["query"] == "/services/data/v62.0/query"


def test_a_batch_that_halts_on_an_error_skips_the_parts_behind_it(client: Any) -> None:
    parts = [{"method": "GET", "url": f"v62.0/{path}"} for path in ("limits", "sobjects/Nothing/describe", "limits")]
    body = {"haltOnError": True, "batchRequests": parts}
    results = client.http.post("/services/data/v62.0/composite/batch", json=body).json()["results"]
    assert [part["statusCode"] for part in results] == [200, 404, 412]
    assert results[2]["result"][0]["errorCode"] == "BATCH_PROCESSING_HALTED"


def test_a_batch_holds_25_requests_at_most(client: Any) -> None:
    parts = [{"method": "GET", "url": "v62.0/limits"}] * 26
    answer = client.http.post("/services/data/v62.0/composite/batch", json={"batchRequests": parts})
    assert answer.status_code == 400


def test_every_answer_says_how_much_of_the_day_is_used(client: Any, faults: Any) -> None:
    faults.daily_requests = 2
    answers = [client.get("/limits") for _ in range(3)]
    assert [answer.headers["Sforce-Limit-Info"] for answer in answers] == [
        "api-usage=1/2",
        "api-usage=2/2",
        "api-usage=2/2",
    ]
    assert answers[1].json()["DailyApiRequests"] == {"Max": 2, "Remaining": 0}
    assert answers[2].status_code == 403
    assert answers[2].json() == [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]


def test_the_date_header_follows_the_clock_of_the_org(client: Any, clock: Any) -> None:
    assert client.get("/limits").headers["Date"] == "Mon, 02 Mar 2026 02:00:00 GMT"
    clock.now += timedelta(days=1)
    assert client.get("/services/data").headers["Date"] == "Tue, 03 Mar 2026 02:00:00 GMT"


@pytest.mark.parametrize("path", ["/sobjects/Nothing/describe", "/nothing", "/services/data/v12.0/limits"])
def test_an_unknown_path_object_or_version_is_404(client: Any, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_a_custom_object_is_listed_and_described_with_custom_and_standard_fields(client: Any, org: Any) -> None:
    org.state.connection.execute('create table Invoice__c ("Id" varchar, "Total__c" decimal(16,2))')
    org.state.refresh_schema()
    (listed,) = [each for each in client.get("/sobjects").json()["sobjects"] if each["custom"]]
    assert (listed["name"], listed["keyPrefix"]) == ("Invoice__c", "a00")
    total, own = fields_of(client, "Invoice__c")["Total__c"], fields_of(client, "Invoice__c")["Id"]
    assert (total["custom"], total["precision"], total["scale"]) == (True, 16, 2)
    assert (own["custom"], own["type"]) == (False, "id")


def test_setup_objects_have_no_delete_feed(client: Any) -> None:
    listed = {entry["name"]: entry for entry in client.get("/sobjects").json()["sobjects"]}
    assert (listed["Account"]["replicateable"], listed["GroupMember"]["replicateable"]) == (True, False)
