"""The simulated Dataverse environment answers as Microsoft documents, over real HTTP."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from urllib.parse import unquote

import pytest

from tests.unit.simulators.dynamics.conftest import Client

TRACKED = "odata.track-changes,odata.maxpagesize=2"


def test_a_token_is_good_for_an_hour_and_its_errors_are_microsofts(client: Client) -> None:
    answer = client.token().json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3599)
    refused = client.token(client_secret="wrong")
    assert refused.status_code == 401 and refused.json()["error"] == "invalid_client"
    assert refused.json()["error_codes"] == [7000215]
    assert refused.json()["error_uri"] == "https://login.microsoftonline.com/error?code=7000215"
    client.now += timedelta(hours=1)
    assert client.http.get("WhoAmI").status_code == 401


def test_a_refused_request_names_the_authority_and_the_resource_to_sign_in_to(client: Client) -> None:
    challenge = (
        f'Bearer authorization_uri="https://login.microsoftonline.com/{client.simulator.tenant_id}/oauth2/authorize"'
        f', resource_id="{client.simulator.url}/"'
    )
    refused = client.http.get("WhoAmI", headers={"Authorization": ""})
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, challenge)
    client.faults.add("unauthorized", "whoami")
    assert client.http.get("WhoAmI").headers["WWW-Authenticate"] == challenge


def test_every_answer_says_what_is_left_of_requests_and_of_time(client: Client) -> None:
    headers = client.http.get("WhoAmI").headers
    assert headers["x-ms-ratelimit-burst-remaining-xrm-requests"] == "5999"
    assert headers["x-ms-ratelimit-time-remaining-xrm-requests"] == "1,199.98"


def test_an_answer_says_which_preferences_it_honours(client: Client) -> None:
    prefer = 'odata.maxpagesize=2,odata.include-annotations="*"'
    assert client.http.get("accounts", headers={"Prefer": prefer}).headers["Preference-Applied"] == prefer
    assert "Preference-Applied" not in client.http.get("accounts").headers


def test_a_table_has_its_object_type_code_and_a_custom_one_a_code_from_ten_thousand_on(client: Client) -> None:
    client.records.add_table("new_thing", {"new_name": "varchar"})
    select = "EntityDefinitions?$select=LogicalName,ObjectTypeCode"
    codes = {each["LogicalName"]: each["ObjectTypeCode"] for each in client.get(select)["value"]}
    assert (codes["account"], codes["contact"], codes["incident"], codes["systemuser"]) == (1, 2, 112, 8)
    assert codes["new_thing"] >= 10_000 and len(set(codes.values())) == len(codes)


def test_an_initial_tracked_read_ends_in_a_delta_link_on_its_last_page_only(client: Client) -> None:
    client.records.insert_many("account", [{"name": f"Fabrikam {n}"} for n in range(3)])
    first = client.get("accounts?$select=name", TRACKED)
    assert len(first["value"]) == 2 and "@odata.deltaLink" not in first
    last = client.get(first["@odata.nextLink"], TRACKED)
    assert len(last["value"]) == 1 and "@odata.nextLink" not in last
    assert "$deltatoken=" in last["@odata.deltaLink"] and "03/04/2024 12:00:00" in unquote(last["@odata.deltaLink"])


def test_a_delta_gives_new_and_changed_rows_then_deletes_and_a_new_link(client: Client) -> None:
    gone, changed, _ = client.records.insert_many("account", [{"name": name} for name in "abc"])
    link = client.get("accounts?$select=name", "odata.track-changes")["@odata.deltaLink"]
    brief = client.records.insert("account", {"name": "brief"})
    for record in (gone, brief):
        client.records.delete("account", record)
    client.records.update("account", changed, {"name": "B"})
    delta = client.get(link)
    assert [(each.get("name"), each.get("reason")) for each in delta["value"]] == [
        ("B", None), (None, "deleted"), (None, "deleted"),
    ]  # fmt: skip
    assert delta["value"][1]["@odata.context"].endswith("$metadata#accounts/$deletedEntity")
    assert [each["id"] for each in delta["value"][1:]] == [gone, brief]
    assert client.get(delta["@odata.deltaLink"])["value"] == []


def test_a_delta_link_older_than_the_changes_kept_asks_for_a_full_sync(client: Client) -> None:
    link = client.get("accounts?$select=name", "odata.track-changes")["@odata.deltaLink"]
    client.now += timedelta(days=7, seconds=1)
    client.http.headers["Authorization"] = f"Bearer {client.token().json()['access_token']}"
    assert "perform a full sync" in client.get(link, status=400)["error"]["message"]


@pytest.mark.parametrize("option", ["$filter=name eq 'a'", "$orderby=name", "$top=1"])
def test_change_tracking_takes_no_other_option_than_select(client: Client, option: str) -> None:
    assert "change tracking" in client.get(f"accounts?{option}", TRACKED, status=400)["error"]["message"]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("modifiedon ge 2024-03-04T12:00:00Z and modifiedon lt 2024-03-04T13:00:00Z", ["a", "b"]),
        ("modifiedon gt 2024-03-04T12:00:00Z", ["c"]),
        ("name eq 'a' or (numberofemployees ge 3 and not name eq 'b')", ["a", "c"]),
        ("revenue eq null", ["b", "c"]),
        ("revenue ne null", ["a"]),
    ],
)
def test_a_filter_compares_properties_with_literals(client: Client, condition: str, names: list[str]) -> None:
    client.records.insert("account", {"name": "a", "revenue": Decimal("10.5")})
    client.records.insert("account", {"name": "b", "numberofemployees": 4})
    client.now += timedelta(hours=2)
    client.http.headers["Authorization"] = f"Bearer {client.token().json()['access_token']}"
    client.records.insert("account", {"name": "c", "numberofemployees": 3})
    found = client.get(f"accounts?$select=name&$filter={condition}&$orderby=name")
    assert [each["name"] for each in found["value"]] == names


def test_a_lookup_names_the_table_it_points_to_where_that_is_asked_for(client: Client) -> None:
    client.records.insert("contact", {"lastname": "Low", "parentcustomerid": "x", "parentcustomerid_type": "account"})
    name = "_parentcustomerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"
    asked = 'odata.include-annotations="Microsoft.Dynamics.CRM.lookuplogicalname"'
    shown = [client.get("contacts?$select=_parentcustomerid_value", prefer)["value"][0] for prefer in ("", asked)]
    assert [each.get(name) for each in shown] == [None, "account"]


def test_metadata_tells_sets_keys_attributes_and_which_dates_are_days(client: Client) -> None:
    client.faults.tracked_off.add("contact")
    tables = {each["LogicalName"]: each for each in client.get("EntityDefinitions")["value"]}
    assert tables["opportunity"]["EntitySetName"] == "opportunities"
    assert tables["opportunity"]["PrimaryIdAttribute"] == "opportunityid"
    assert (tables["account"]["ChangeTrackingEnabled"], tables["contact"]["ChangeTrackingEnabled"]) == (True, False)
    cast = "EntityDefinitions(LogicalName='contact')/Attributes/Microsoft.Dynamics.CRM.DateTimeAttributeMetadata"
    behaviors = {each["LogicalName"]: each["DateTimeBehavior"]["Value"] for each in client.get(cast)["value"]}
    assert (behaviors["birthdate"], behaviors["createdon"]) == ("DateOnly", "UserLocal")
    client.get(
        "EntityDefinitions(LogicalName='contact')/Attributes/Microsoft.Dynamics.CRM.EnumAttributeMetadata", "", 400
    )


def test_metadata_has_every_property_that_the_documented_requests_select(client: Client) -> None:
    client.records.add_column("account", "new_interests", "integer[]")
    of_table = "LogicalName,EntitySetName,SchemaName,PrimaryIdAttribute,PrimaryNameAttribute,ChangeTrackingEnabled,"
    of_table += (
        "ObjectTypeCode,CanChangeTrackingBeEnabled,IsCustomEntity,IsIntersect,IsActivity,DataProviderId,OwnershipType"
    )
    tables = {each["LogicalName"]: each for each in client.get(f"EntityDefinitions?$select={of_table}")["value"]}
    assert set(tables["account"]) == set(of_table.split(","))
    assert tables["email"]["IsActivity"] and tables["account"]["OwnershipType"] == "UserOwned"
    of_column = "LogicalName,SchemaName,AttributeType,AttributeTypeName,AttributeOf,IsValidForRead,IsLogical,"
    of_column += "IsCustomAttribute,IsPrimaryId,SourceType,DisplayName"
    path = f"EntityDefinitions(LogicalName='account')/Attributes?$select={of_column}"
    columns = {each["LogicalName"]: each for each in client.get(path)["value"]}
    assert set(columns["name"]) == set(of_column.split(","))
    several = columns["new_interests"]
    assert (several["AttributeType"], several["AttributeTypeName"]["Value"]) == ("Virtual", "MultiSelectPicklistType")


def test_a_cast_to_one_kind_tells_what_only_that_kind_has(client: Client) -> None:
    path = "EntityDefinitions(LogicalName='account')/Attributes/Microsoft.Dynamics.CRM."

    def cast(kind: str, name: str) -> dict[str, object]:
        found = client.get(f"{path}{kind}AttributeMetadata")["value"]
        return next(each for each in found if each["LogicalName"] == name)

    money = cast("Money", "revenue")
    assert [money[name] for name in ("Precision", "PrecisionSource", "IsBaseCurrency", "CalculationOf")] == [
        4,
        2,
        False,
        None,
    ]
    assert cast("Decimal", "exchangerate")["Precision"] == 10
    assert cast("String", "name")["MaxLength"] == 4000
    assert cast("Lookup", "primarycontactid")["Targets"] == ["contact"]


def test_a_property_that_metadata_does_not_have_is_refused(client: Client) -> None:
    missing = client.get("EntityDefinitions?$select=Nonsense", status=400)["error"]["message"]
    assert missing == "Could not find a property named 'Nonsense' on type 'Microsoft.Dynamics.CRM.EntityMetadata'."
    path = "EntityDefinitions(LogicalName='account')/Attributes"
    missing = client.get(f"{path}?$select=LogicalName,MaxLength", status=400)["error"]["message"]
    assert missing == "Could not find a property named 'MaxLength' on type 'Microsoft.Dynamics.CRM.AttributeMetadata'."
    client.get(f"{path}/Microsoft.Dynamics.CRM.StringAttributeMetadata?$select=LogicalName,MaxLength")
    assert "MaxLength" in next(each for each in client.get(path)["value"] if each["LogicalName"] == "name")


def test_the_options_of_a_status_name_their_state_and_those_of_a_state_its_first_status(client: Client) -> None:
    label = {"objecttypecode": "account", "langid": 1033, "attributevalue": 1, "value": "Inactive"}
    client.records.insert_many("stringmap", [label | {"attributename": each} for each in ("statecode", "statuscode")])
    client.records.insert("account", {"statecode": 1, "statuscode": 1})
    path = "EntityDefinitions(LogicalName='account')/Attributes/Microsoft.Dynamics.CRM."
    options = "AttributeMetadata?$select=LogicalName&$expand=OptionSet"
    (status,) = client.get(f"{path}Status{options}")["value"][0]["OptionSet"]["Options"]
    (state,) = client.get(f"{path}State{options}")["value"][0]["OptionSet"]["Options"]
    assert (status["State"], state["DefaultStatus"]) == (1, 1)


def test_a_cast_to_a_kind_of_choice_expands_its_labels(client: Client) -> None:
    label = {"objecttypecode": "account", "langid": 1033, "attributename": "industrycode"}
    client.records.insert_many(
        "stringmap",
        [label | {"attributevalue": 7, "value": "Mills"}, label | {"attributevalue": 9, "value": "Mines"}],
    )
    path = "EntityDefinitions(LogicalName='account')/Attributes/Microsoft.Dynamics.CRM."
    options = "AttributeMetadata?$select=LogicalName&$expand=OptionSet,GlobalOptionSet"
    choices = {each["LogicalName"]: each for each in client.get(f"{path}Picklist{options}")["value"]}
    shown = choices["industrycode"]["OptionSet"]["Options"]
    assert [(each["Value"], each["Label"]["UserLocalizedLabel"]["Label"]) for each in shown] == [
        (7, "Mills"),
        (9, "Mines"),
    ]
    assert choices["customertypecode"]["OptionSet"]["Options"] == []
    (flag, *_) = client.get(f"{path}Boolean{options}")["value"]
    assert (flag["OptionSet"]["TrueOption"]["Value"], flag["OptionSet"]["FalseOption"]["Value"]) == (1, 0)


@pytest.mark.parametrize("names", ["(EntityNames=['account'])", '(EntityNames=@p1)?@p1=["account"]'])
def test_the_function_that_counts_takes_its_names_in_the_path_or_by_an_alias(client: Client, names: str) -> None:
    client.records.insert("account", {"name": "one"})
    counts = client.get(f"RetrieveTotalRecordCount{names}")["EntityRecordCountCollection"]
    assert (counts["Keys"], counts["Values"]) == (["account"], [1])


def test_what_does_not_exist_is_refused_in_dataverses_words(client: Client) -> None:
    assert client.get("nonsense", status=404)["error"]["code"] == "0x8006088a"
    missing = client.get("accounts?$select=nonsense", status=400)["error"]["message"]
    assert missing == "Could not find a property named 'nonsense' on type 'Microsoft.Dynamics.CRM.account'."
    assert client.http.delete("accounts").status_code == 405


def test_counts_are_capped_in_the_collection_and_whole_in_the_function(client: Client) -> None:
    client.records.insert_many("account", [{"name": str(n)} for n in range(5_001)])
    assert client.http.get("accounts/$count").text == "5000"
    counted = client.get("RetrieveTotalRecordCount(EntityNames=@p1)?@p1=['account']")["EntityRecordCountCollection"]
    assert (counted["Keys"], counted["Values"]) == (["account"], [5_001])


def test_a_collection_counts_its_records_on_request_up_to_five_thousand(client: Client) -> None:
    client.records.insert_many("account", [{"name": "few" if n < 3 else "many"} for n in range(5_002)])
    few = client.get("accounts?$select=name&$filter=name eq 'few'&$count=true", "odata.maxpagesize=2")
    assert (few["@odata.count"], len(few["value"])) == (3, 2)
    assert client.get("accounts?$select=name&$top=1&$count=true")["@odata.count"] == 5_000
    assert "@odata.count" not in client.get("accounts?$select=name&$top=1")


def test_a_throttled_request_says_how_long_to_wait(client: Client) -> None:
    client.faults.add("throttled", "records")
    answer = client.http.get("accounts")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
    assert answer.json()["error"]["code"] == "0x80072322"


@pytest.mark.parametrize(
    ("kind", "code"), [("throttled_by_time", "0x80072321"), ("throttled_by_concurrency", "0x80072326")]
)
def test_throttling_by_time_or_by_concurrency_has_a_code_of_its_own(client: Client, kind: str, code: str) -> None:
    client.faults.add(kind, "records")
    answer = client.http.get("accounts")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
    assert answer.json()["error"]["code"] == code
