"""The simulated Zoho organization answers as Zoho documents, over real HTTP."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.unit.simulators.zoho.conftest import Client


def test_a_token_is_good_for_an_hour_and_names_the_domain_of_the_api(client: Client) -> None:
    answer = client.token().json()
    assert (answer["expires_in"], answer["api_domain"]) == (3600, client.simulator.url)
    client.now += timedelta(hours=1)
    assert client.get("/org", 401)["code"] == "INVALID_TOKEN"


def test_a_request_without_a_token_is_refused_otherwise_than_one_with_a_wrong_token(client: Client) -> None:
    assert client.get("/org", 401, Authorization="Zoho-oauthtoken 1000.wrong")["code"] == "INVALID_TOKEN"
    assert client.get("/org", 401, Authorization="")["code"] == "AUTHENTICATION_FAILURE"


def test_a_refused_grant_comes_with_http_200_and_the_eleventh_in_ten_minutes_with_400(client: Client) -> None:
    refused = client.token(client_id="1000.OTHER")
    assert (refused.status_code, refused.json()) == (200, {"error": "invalid_client"})
    assert client.token(refresh_token="revoked").json() == {"error": "invalid_code"}
    last = [client.token() for _ in range(10)][-1]
    assert (last.status_code, last.json()["error"], last.json()["status"]) == (400, "Access Denied", "failure")


def test_a_list_needs_fields_and_takes_fifty_of_them_and_a_hundred_ids(client: Client) -> None:
    missing = client.get("/Accounts", 400)
    assert (missing["code"], missing["details"]) == ("REQUIRED_PARAM_MISSING", {"param_name": "fields"})
    fields = ",".join(f"Field_{number}" for number in range(51))
    assert client.get(f"/Accounts?fields={fields}", 400)["code"] == "LIMIT_EXCEEDED"
    ids = ",".join(str(number) for number in range(101))
    assert client.get(f"/Accounts?fields=id&ids={ids}", 400)["code"] == "LIMIT_EXCEEDED"
    assert client.get("/Nonsense?fields=id", 400)["code"] == "INVALID_MODULE"
    assert client.get("/a/b/c/d", 404)["code"] == "INVALID_URL_PATTERN"


def test_pages_have_numbers_up_to_two_thousand_records_and_tokens_beyond(client: Client) -> None:
    client.accounts(2_050)
    path = "/Accounts?fields=Account_Name&per_page=200&sort_by=id&sort_order=asc"
    last = client.get(f"{path}&page=10")
    assert (last["info"]["count"], last["info"]["more_records"]) == (200, True)
    refused = client.get(f"{path}&page=11", 400)
    assert refused["code"] == "DISCRETE_PAGINATION_LIMIT_EXCEEDED" and refused["details"] == {"limit": 2000}
    token = last["info"]["next_page_token"]
    assert len(client.get(f"{path}&page_token={token}")["data"]) == 50
    other = client.get(f"/Accounts?fields=Phone&page_token={token}", 400)
    assert other["code"] == "INVALID_DATA"
    client.now += timedelta(hours=24)
    client.sign_in()
    assert client.get(f"{path}&page_token={token}", 400)["code"] == "EXPIRED_VALUE"


def test_a_page_says_how_it_is_sorted_and_how_long_its_token_is_good(client: Client) -> None:
    client.accounts(3)
    info = client.get("/Accounts?fields=id&per_page=2")["info"]
    assert (info["sort_by"], info["sort_order"]) == ("id", "desc")
    assert info["page_token_expiry"] == "2024-03-05T13:00:00+01:00"
    last = client.get("/Accounts?fields=id&sort_order=asc")["info"]
    assert (last["sort_order"], last["page_token_expiry"]) == ("asc", None)


@pytest.mark.parametrize("parameter", ["page=0", "page=x", "per_page=0", "per_page=x"])
def test_a_page_that_is_no_number_is_refused(client: Client, parameter: str) -> None:
    for path in ("/Accounts?fields=id&", "/Accounts/deleted?", "/users?"):
        refused = client.get(f"{path}{parameter}", status=400)
        assert (refused["code"], refused["details"]["param_name"]) == ("INVALID_DATA", parameter.partition("=")[0])


def test_records_are_counted_by_either_method(client: Client) -> None:
    client.accounts(3)
    path = "/crm/v8/Accounts/actions/count"
    assert client.http.get(path).json() == client.http.post(path).json() == {"count": 3}


def test_nothing_has_no_body(client: Client) -> None:
    assert client.get("/Accounts?fields=id", 204) is None
    client.accounts(1)
    assert client.get("/Accounts?fields=id", 304, If_Modified_Since="2024-03-04T13:00:01+01:00") is None
    assert len(client.get("/Accounts?fields=id", If_Modified_Since="2024-03-04T13:00:00+01:00")["data"]) == 1


def test_a_record_has_lookups_with_names_and_times_in_the_organizations_zone(client: Client) -> None:
    (account,) = client.accounts(1)
    client.records.insert("Contacts", {"Last_Name": "Low", "Account_Name": account})
    (record,) = client.get("/Contacts?fields=Last_Name,Account_Name,Modified_Time")["data"]
    assert record["Account_Name"] == {"name": "name 0", "id": account}
    assert record["Modified_Time"] == "2024-03-04T13:00:00+01:00"
    assert len(record["id"]) == 18 and isinstance(record["id"], str)


def test_one_record_is_read_by_its_id_with_every_field_or_those_asked_for(client: Client) -> None:
    first, second = client.accounts(2)
    (record,) = client.get(f"/Accounts/{second}?fields=Account_Name")["data"]
    assert record == {"id": second, "Account_Name": "name 1"}
    (record,) = client.get(f"/Accounts/{first}")["data"]
    assert record["Account_Name"] == "name 0" and "Industry" in record
    refused = client.get("/Accounts/1", 400)
    assert (refused["code"], refused["message"]) == ("INVALID_DATA", "the id given seems to be invalid")


def test_converted_leads_are_listed_on_request_only(client: Client) -> None:
    lead = client.records.insert("Leads", {"Last_Name": "Low"})
    client.records.convert(lead, account="1", contact="2")
    client.get("/Leads?fields=id", 204)
    for converted in ("true", "both"):
        assert len(client.get(f"/Leads?fields=id&converted={converted}")["data"]) == 1
    assert client.query("select id from Leads where id is not null", 204) is None


def test_the_list_of_deletes_tells_recycled_from_permanent(client: Client) -> None:
    first, second = client.accounts(2)
    client.records.delete("Accounts", first)
    client.now += timedelta(minutes=1)
    client.records.delete("Accounts", second, permanently=True)
    found = client.get("/Accounts/deleted?type=all")
    assert [(each["id"], each["type"]) for each in found["data"]] == [(second, "permanent"), (first, "recycle")]
    assert found["data"][1]["deleted_time"] == "2024-03-04T13:00:00+01:00"
    assert len(client.get("/Accounts/deleted", If_Modified_Since="2024-03-04T12:01:00+00:00")["data"]) == 1
    client.records.restore("Accounts", first)
    assert [each["id"] for each in client.get("/Accounts/deleted?type=all")["data"]] == [second]


def test_a_merge_sends_its_losers_to_the_bin_and_moves_what_pointed_to_them(client: Client) -> None:
    winner, loser = client.accounts(2)
    client.records.insert("Contacts", {"Last_Name": "Low", "Account_Name": loser})
    client.records.merge("Accounts", winner, [loser])
    assert client.get("/Contacts?fields=Account_Name")["data"][0]["Account_Name"]["id"] == winner
    assert [each["id"] for each in client.get("/Accounts/deleted")["data"]] == [loser]
    assert client.get("/Accounts/actions/count") == {"count": 1}


def test_a_bulk_job_goes_through_its_states_and_ends_in_a_zip_of_one_csv(client: Client) -> None:
    client.faults.bulk_rows = 2
    parent, *_ = ids = client.accounts(3)
    client.records.update("Accounts", ids[1], {"Parent_Account": parent, "Annual_Revenue": Decimal("1.50")})
    created = client.bulk(module={"api_name": "Accounts"}, fields=["Account_Name", "Parent_Account", "Annual_Revenue"])
    added = created.json()["data"][0]
    assert (created.status_code, added["code"], added["details"]["state"]) == (201, "ADDED_SUCCESSFULLY", "ADDED")
    link = f"/crm/bulk/v8/read/{added['details']['id']}"
    states = [client.http.get(link).json()["data"][0]["state"] for _ in range(2)]
    assert states == ["IN PROGRESS", "COMPLETED"]
    result = client.http.get(link).json()["data"][0]["result"]
    assert (result["count"], result["more_records"], result["per_page"]) == (2, True, 2)
    with zipfile.ZipFile(io.BytesIO(client.http.get(result["download_url"]).content)) as archive:
        (name,) = archive.namelist()
        header, first, second = csv.reader(io.StringIO(archive.read(name).decode()))
    assert header == ["Id", "Account_Name", "Parent_Account", "Annual_Revenue"]
    assert first[1:] == ["name 0", "", ""] and second[1:] == ["name 1", parent, "1.5000"]


def test_bulk_read_takes_criteria_of_any_type(client: Client) -> None:
    client.accounts(3)
    client.records.insert("Accounts", {"Account_Name": "rich", "Annual_Revenue": Decimal("9.5")})
    for field, comparator, value, count in (
        ("Account_Name", "equal", "name 1", 1),
        ("Annual_Revenue", "greater_than", "9", 1),
        ("Modified_Time", "greater_equal", "2024-03-04T13:00:00+01:00", 4),
    ):
        criteria = {"field": {"api_name": field}, "comparator": comparator, "value": value}
        created = client.bulk(module={"api_name": "Accounts"}, fields=["Account_Name"], criteria=criteria)
        link = f"/crm/bulk/v8/read/{created.json()['data'][0]['details']['id']}"
        (_, done) = (client.http.get(link).json()["data"][0] for _ in range(2))
        assert done["result"]["count"] == count, field


@pytest.mark.parametrize(
    ("field", "comparator", "value", "names"),
    [
        ("Account_Name", "not_equal", "Zylker", ["Other", "Zylker Inc"]),
        ("Account_Name", "contains", "yl", ["Zylker", "Zylker Inc"]),
        ("Account_Name", "not_contains", "yl", ["Other"]),
        ("Account_Name", "starts_with", "Zy", ["Zylker", "Zylker Inc"]),
        ("Account_Name", "ends_with", "Inc", ["Zylker Inc"]),
        ("Account_Name", "in", ["Zylker", "Other"], ["Other", "Zylker"]),
        ("Account_Name", "not_in", ["Zylker", "Other"], ["Zylker Inc"]),
        ("Employees", "between", ["2", "3"], ["Other", "Zylker Inc"]),
        ("Employees", "not_between", ["2", "3"], ["Zylker"]),
        ("Created_Time", "between", ["2024-03-04T11:00:00+00:00", "2024-03-04T11:59:59+00:00"], []),
    ],
)
def test_bulk_read_has_the_comparators_that_are_documented(
    client: Client, field: str, comparator: str, value: str | list[str], names: list[str]
) -> None:
    rows = [("Zylker", 1), ("Zylker Inc", 2), ("Other", 3)]
    client.records.insert_many("Accounts", [{"Account_Name": name, "Employees": count} for name, count in rows])
    criteria = {"field": {"api_name": field}, "comparator": comparator, "value": value}
    created = client.bulk(module={"api_name": "Accounts"}, fields=["Account_Name"], criteria=criteria)
    assert created.status_code == 201, created.text
    link = f"/crm/bulk/v8/read/{created.json()['data'][0]['details']['id']}"
    with zipfile.ZipFile(io.BytesIO(client.http.get(f"{link}/result").content)) as archive:
        (_, *lines) = csv.reader(io.StringIO(archive.read(archive.namelist()[0]).decode()))
    assert sorted(line[1] for line in lines) == names


def test_bulk_read_ends_at_two_million_records_and_takes_twenty_five_criteria(client: Client) -> None:
    refused = client.bulk(module={"api_name": "Accounts"}, page=11)
    assert (refused.status_code, refused.json()["code"]) == (400, "PAGE_RANGE_EXCEEDED")
    assert refused.json()["details"] == {"max_limit": 10}
    one = {"field": {"api_name": "Employees"}, "comparator": "equal", "value": "1"}
    group = {"group_operator": "or", "group": [one] * 26}
    refused = client.bulk(module={"api_name": "Accounts"}, criteria=group)
    assert (refused.json()["code"], refused.json()["details"]) == ("CRITERIA_LIMIT_EXCEEDED", {"max_limit": 25})


def test_bulk_read_refuses_a_field_or_a_comparator_that_criteria_do_not_take(client: Client) -> None:
    for field, comparator, code in (
        ("Tag", "equal", "FIELD_IN_CRITERIA_NOT_SUPPORTED"),
        ("Employees", "contains", "FIELD_COMPARATOR_IN_CRITERIA_NOT_SUPPORTED"),
        ("Employees", "nonsense", "FIELD_COMPARATOR_IN_CRITERIA_NOT_SUPPORTED"),
    ):
        criteria = {"field": {"api_name": field}, "comparator": comparator, "value": "1"}
        refused = client.bulk(module={"api_name": "Accounts"}, criteria=criteria)
        assert (refused.status_code, refused.json()["code"]) == (400, code)


def test_bulk_read_refuses_what_it_does_not_take(client: Client) -> None:
    client.faults.not_in_bulk.add("Calls")
    fields = {"module": {"api_name": "Accounts"}, "fields": ["Tag"]}
    assert client.bulk(**fields).json()["code"] == "FIELD_NOT_SUPPORTED"
    assert client.bulk(module={"api_name": "Calls"}).json()["code"] == "MODULE_NOT_SUPPORTED"
    assert client.http.get("/crm/bulk/v8/read/1").json()["code"] == "RESOURCE_NOT_FOUND"


def test_subforms_and_related_lists_belong_to_a_record(client: Client) -> None:
    quote, deal = client.records.insert("Quotes", {"Subject": "q"}), client.records.insert("Deals", {"Deal_Name": "d"})
    client.records.set_lines(quote, "Quoted_Items", [{"Quantity": Decimal(2)}])
    (record,) = client.get(f"/Quotes?ids={quote}&fields=Quoted_Items")["data"]
    assert [each["Quantity"] for each in record["Quoted_Items"]] == [2]
    client.records.insert("Stage_History", {"Parent_Id": deal, "Stage": "Open"})
    assert client.get(f"/Deals/{deal}/Stage_History?fields=Stage")["data"][0]["Stage"] == "Open"
    client.get("/Deals/1/Stage_History?fields=Stage", 400)


def test_fields_tell_types_lookups_subforms_and_what_a_formula_returns(client: Client) -> None:
    fields = {each["api_name"]: each for each in client.get("/settings/fields?module=Quotes&type=all")["fields"]}
    assert fields["Quoted_Items"]["subform"] == {"module": "Quoted_Items"}
    assert fields["Deal_Name"]["lookup"]["module"]["api_name"] == "Deals"
    assert fields["Grand_Total"]["formula"]["return_type"] == "currency"
    assert (fields["Tag"]["data_type"], fields["Tag"]["json_type"]) == ("text", "jsonarray")
    modules = {each["api_name"]: each["generated_type"] for each in client.get("/settings/modules")["modules"]}
    assert (modules["Quotes"], modules["Quoted_Items"]) == ("default", "subform") and "Users" not in modules


def test_a_picklist_names_its_values_in_order_after_none(client: Client) -> None:
    for industry in ("Mining", "Banking", "Mining"):
        client.records.insert("Accounts", {"Account_Name": "a", "Industry": industry})
    fields = {each["api_name"]: each for each in client.get("/settings/fields?module=Accounts")["fields"]}
    values = fields["Industry"]["pick_list_values"]
    assert [(each["display_value"], each["sequence_number"]) for each in values] == [
        ("-None-", 1),
        ("Banking", 2),
        ("Mining", 3),
    ]
    assert {"id", "display_value", "actual_value", "reference_value", "sequence_number", "type", "colour_code"} == set(
        values[1]
    )
    assert fields["Phone"]["pick_list_values"] == []


def test_the_members_of_a_campaign_come_with_their_lookups_and_status(client: Client) -> None:
    campaign = client.records.insert("Campaigns", {"Campaign_Name": "Fair"})
    owner = client.records.insert("Users", {"full_name": "Ann Lee"})
    lead = client.records.insert("Leads", {"Last_Name": "Low", "Owner": owner})
    member = {"Parent_Id": campaign, "Member": lead, "Module": "Leads", "Member_Status": "Invited"}
    client.records.insert("Campaign_Members", member)
    (found,) = client.get(f"/Campaigns/{campaign}/Leads?fields=Owner,Member_Status")["data"]
    assert (found["Owner"], found["Member_Status"]) == ({"name": "Ann Lee", "id": owner}, "Invited")


def test_an_organization_with_one_currency_lists_none(client: Client) -> None:
    client.get("/org/currencies", 204)
    client.records.insert("Currencies", {"iso_code": "EUR", "exchange_rate": "0.500000000"})
    assert client.get("/org/currencies")["currencies"][0]["exchange_rate"] == "0.500000000"
