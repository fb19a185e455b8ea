"""The simulated account answers as HubSpot documents: the examples are those of its reference."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

COMPANIES = "/crm/v3/objects/companies"


def test_a_refresh_token_buys_half_an_hour_and_its_errors_are_hubspots(client: Any) -> None:
    answer = client.token().json()
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 1800)
    refused = client.token(refresh_token="wrong")
    assert (refused.status_code, refused.json()["status"]) == (400, "BAD_REFRESH_TOKEN")
    client.http.headers["Authorization"] = f"Bearer {answer['access_token']}"
    client.get(COMPANIES)
    client.now += timedelta(minutes=30)
    expired = client.get(COMPANIES, 401)
    assert expired["category"] == "EXPIRED_AUTHENTICATION" and expired["message"].startswith("The OAuth token used")
    client.http.headers["Authorization"] = "Bearer unknown"
    assert client.get(COMPANIES, 401)["category"] == "INVALID_AUTHENTICATION"


def test_a_list_ends_where_no_next_page_is_told(client: Any) -> None:
    ids = client.records.insert_many("companies", [{"name": name} for name in "abc"])
    first = client.get(f"{COMPANIES}?limit=2&properties=name,nonsense")
    assert [each["id"] for each in first["results"]] == ids[:2]
    assert first["results"][0]["properties"] == {
        "name": "a", "createdate": "2024-03-04T12:00:00.000Z", "hs_lastmodifieddate": "2024-03-04T12:00:00.000Z",
        "hs_object_id": ids[0],
    }  # fmt: skip
    last = client.get(f"{COMPANIES}?limit=2&after={first['paging']['next']['after']}")
    assert [each["id"] for each in last["results"]] == ids[2:] and "paging" not in last
    assert client.get(f"{COMPANIES}?limit=101", 400)["category"] == "VALIDATION_ERROR"


def test_an_archived_record_is_listed_apart_with_its_time(client: Any) -> None:
    record = client.records.insert("companies", {"name": "a"})
    client.records.archive("companies", record)
    assert client.get(COMPANIES)["results"] == []
    (archived,) = client.get(f"{COMPANIES}?archived=true")["results"]
    assert archived["archived"] and archived["archivedAt"] == "2024-03-04T12:00:00.000Z"
    assert client.search([])["total"] == 0


def test_a_search_shows_two_hundred_a_page_and_ten_thousand_in_all(client: Any) -> None:
    client.records.insert_many("companies", [{"name": "x"}] * 10_300)
    first = client.search([], limit=200)
    assert (first["total"], len(first["results"]), first["paging"]["next"]["after"]) == (10_000, 200, "200")
    client.search([], 400, limit=200, after="10000")
    client.search([], 400, limit=201)


@pytest.mark.parametrize(
    ("name", "operator", "value", "found"),
    [
        ("hs_lastmodifieddate", "GTE", "1709553600001", ["b"]),
        ("hs_lastmodifieddate", "LT", "1709553600001", ["a"]),
        ("createdate", "EQ", "2024-03-04T12:00:00.000Z", ["a", "b"]),
        ("hs_object_id", "GT", "101", ["b"]),
        ("name", "NEQ", "a", ["b"]),
        ("annualrevenue", "LTE", "9.5", ["a"]),
    ],
)
def test_a_filter_compares_a_property_with_a_text(
    client: Any, name: str, operator: str, value: str, found: list[str]
) -> None:
    _, second = client.records.insert_many(
        "companies", [{"name": "a", "annualrevenue": "9"}, {"name": "b", "annualrevenue": "10"}]
    )
    client.now += timedelta(seconds=1)
    client.records.update("companies", second, {"name": "b"})
    asked = [{"propertyName": name, "operator": operator, "value": value}]
    shown = client.search(asked, properties=["name"])["results"]
    assert sorted(each["properties"]["name"] for each in shown) == found


@pytest.mark.parametrize(
    ("name", "operator", "values", "found"),
    [
        ("amount", "BETWEEN", {"value": "9", "highValue": 10}, ["Big Deal", "small deals"]),
        ("closedate", "BETWEEN", {"value": "-1", "highValue": 1709553600000}, ["Big Deal", "small deals"]),
        ("closedate", "GT", {"value": 1709510400000}, ["Big Deal"]),
        ("dealname", "IN", {"values": ["big deal", "nothing"]}, ["Big Deal"]),
        ("dealname", "NOT_IN", {"values": ["big deal"]}, ["small deals"]),
        ("dealname", "CONTAINS_TOKEN", {"value": "deal"}, ["Big Deal"]),
        ("dealname", "CONTAINS_TOKEN", {"value": "DEAL*"}, ["Big Deal", "small deals"]),
        ("dealname", "NOT_CONTAINS_TOKEN", {"value": "big"}, ["small deals"]),
    ],
)
def test_every_operator_of_the_search_is_understood(
    client: Any, name: str, operator: str, values: dict[str, object], found: list[str]
) -> None:
    big = {"dealname": "Big Deal", "amount": "10", "closedate": "1709553600000"}
    client.records.insert_many("deals", [big, {"dealname": "small deals", "amount": "9.5", "closedate": "2024-03-04"}])
    asked = [{"propertyName": name, "operator": operator, **values}]
    shown = client.search(asked, kind="deals", properties=["dealname"])["results"]
    assert sorted(each["properties"]["dealname"] for each in shown) == found


def test_a_body_that_is_no_json_is_a_bad_request(client: Any) -> None:
    answer = client.http.post("/crm/v3/objects/companies/search", content=b"{")
    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")


def test_contacts_know_their_stamp_by_another_name_and_say_nothing_of_this_one(client: Any) -> None:
    client.records.insert("contacts", {"lastname": "Low"})
    for name, total in (("lastmodifieddate", 1), ("hs_lastmodifieddate", 0)):
        assert (
            client.search([{"propertyName": name, "operator": "GTE", "value": "1000"}], kind="contacts")["total"]
            == total
        )
    client.search([{"propertyName": "lastmodifieddate", "operator": "GTE", "value": "0"}], 400, "contacts")
    client.search([{"propertyName": "nonsense", "operator": "EQ", "value": "0"}], 400)


def test_a_change_reaches_the_search_late_and_the_list_at_once(client: Any) -> None:
    client.faults.index_lag = timedelta(minutes=10)
    client.records.insert("companies", {"name": "a"})
    assert len(client.get(COMPANIES)["results"]) == 1 and client.search([])["total"] == 0
    client.now += timedelta(minutes=10)
    assert client.search([])["total"] == 1


def test_a_merge_makes_a_new_id_that_both_old_ones_lead_to(client: Any) -> None:
    one, two = client.records.insert_many("companies", [{"name": "one"}, {"name": "two"}])
    survivor = client.records.merge("companies", one, two)
    assert survivor not in (one, two)
    for old in (one, two):
        shown = client.get(f"{COMPANIES}/{old}?properties=name,hs_merged_object_ids")
        assert (shown["id"], shown["properties"]["name"]) == (survivor, "one")
        assert shown["properties"]["hs_merged_object_ids"] == f"{one};{two}"
    assert client.get(f"{COMPANIES}/999", 404)["category"] == "OBJECT_NOT_FOUND"


def test_a_batch_that_lacks_some_ids_is_a_207_that_names_them(client: Any) -> None:
    record = client.records.insert("companies", {"name": "a"})
    answer = client.post(
        f"{COMPANIES}/batch/read", {"properties": ["name"], "inputs": [{"id": record}, {"id": "9"}]}, 207
    )
    assert [each["id"] for each in answer["results"]] == [record] and answer["numErrors"] == 1
    assert answer["errors"][0]["category"] == "OBJECT_NOT_FOUND" and answer["errors"][0]["context"] == {"ids": ["9"]}
    client.post(f"{COMPANIES}/batch/read", {"inputs": [{"id": str(n)} for n in range(101)]}, 400)


def test_the_values_that_a_stage_had_come_with_their_times_the_latest_first(client: Any) -> None:
    deal = client.records.insert("deals", {"dealstage": "first"})
    client.now += timedelta(hours=1)
    client.records.update("deals", deal, {"dealstage": "second"})
    (shown,) = client.get("/crm/v3/objects/deals?limit=50&propertiesWithHistory=dealstage")["results"]
    history = [(each["value"], each["timestamp"]) for each in shown["propertiesWithHistory"]["dealstage"]]
    assert history == [("second", "2024-03-04T13:00:00.000Z"), ("first", "2024-03-04T12:00:00.000Z")]
    client.get("/crm/v3/objects/deals?limit=51&propertiesWithHistory=dealstage", 400)


def test_associations_name_their_kinds_and_a_record_without_any_is_an_error_of_a_207(client: Any) -> None:
    deal, company = client.records.insert("deals", {}), client.records.insert("companies", {})
    client.records.associate([("deals", deal), ("companies", company)], label="Primary", type_ids=(5, 6))
    path = "/crm/v4/associations/deals/companies/batch/read"
    answer = client.post(path, {"inputs": [{"id": deal}, {"id": "9"}]}, 207)
    kind = {"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"}
    to = [{"toObjectId": int(company), "associationTypes": [kind]}]
    assert answer["results"] == [{"from": {"id": deal}, "to": to}]
    assert answer["errors"][0]["category"] == "NO_ASSOCIATIONS_FOUND"


def test_limits_name_their_policy_and_searches_have_one_that_no_header_tells(client: Any) -> None:
    assert client.http.get(COMPANIES).headers["X-HubSpot-RateLimit-Max"] == "190"
    client.faults.add("daily", "list")
    refused = client.get(COMPANIES, 429)
    assert (refused["errorType"], refused["policyName"]) == ("RATE_LIMIT", "DAILY")
    client.faults.searches_per_second = 2
    answers = [client.http.post(f"{COMPANIES}/search", json={}) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert "X-HubSpot-RateLimit-Max" not in answers[0].headers and answers[2].json()["policyName"] == "SECONDLY"


def test_what_an_app_may_not_read_names_the_scope_and_what_is_not_there_is_none(client: Any) -> None:
    client.faults.unreadable.add("contacts")
    refused = client.get("/crm/v3/objects/contacts", 403)
    assert refused["category"] == "MISSING_SCOPES"
    assert refused["errors"][0]["context"]["requiredGranularScopes"] == ["crm.objects.contacts.read"]
    assert "infer object type" in client.get("/crm/v3/objects/nonsense", 400)["message"]
    assert client.http.get("/nonsense").status_code == 404


def test_properties_tell_their_types_and_owners_who_left_are_listed_apart(client: Any) -> None:
    found = {each["name"]: each["type"] for each in client.get("/crm/v3/properties/0-3")["results"]}
    assert (found["amount"], found["closedate"], found["dealstage"]) == ("number", "datetime", "enumeration")
    client.records.document("owner", "1", {"id": "1"})
    client.records.document("owner", "2", {"id": "2"}, archived=True)
    assert [each["id"] for each in client.get("/crm/v3/owners?archived=true")["results"]] == ["2"]
    client.get("/crm/v3/owners?limit=501", 400)
