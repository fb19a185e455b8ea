"""The simulated Dataverse environment takes the queries that Microsoft documents, over real HTTP."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.unit.simulators.dynamics.conftest import Client

FORMATTED = "OData.Community.Display.V1.FormattedValue"


@pytest.fixture
def sample(client: Client) -> dict[str, str]:
    """Three accounts, one with a primary contact, and that contact; their ids by name."""
    people = [{"fullname": "Susanna Stubberod", "firstname": "Susanna", "lastname": "Stubberod"}]
    people += [{"fullname": "Ann O'Brian", "firstname": "Ann", "lastname": "O'Brian"}]
    first, second = client.records.insert_many("contact", people)
    rows = [
        {"name": "Litware, Inc. (sample)", "revenue": Decimal(20000), "numberofemployees": 6000},
        {"name": "Adventure Works (sample)", "revenue": Decimal(60000), "numberofemployees": 4500},
        {"name": "Contoso", "numberofemployees": 10, "createdon": datetime(2024, 3, 3, 9)},
    ]
    for row, contact in zip(rows, (first, second, None), strict=True):
        row["primarycontactid"] = contact
    litware, adventure, contoso = client.records.insert_many("account", rows)
    client.records.update("contact", first, {"parentcustomerid": litware, "parentcustomerid_type": "account"})
    return {"litware": litware, "adventure": adventure, "contoso": contoso, "susanna": first, "ann": second}


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("contains(name,'(SAMPLE)')", "AL"),
        ("not contains(name,'sample')", "C"),
        ("startswith(name,'a')", "A"),
        ("endswith(name,'works (sample)')", "A"),
        ("(contains(name,'sample') or contains(name,'con')) and revenue gt 50000", "A"),
        ("name eq 'CONTOSO'", "C"),
        ("primarycontactid/fullname eq 'Susanna Stubberod'", "L"),
        ("contains(primarycontactid/lastname,'o''b')", "A"),
        ("primarycontactid/parentcustomerid_account/name ne null", "L"),
        ("createdon ne modifiedon", "C"),
        ('Microsoft.Dynamics.CRM.Between(PropertyName=\'numberofemployees\',PropertyValues=["5","5000"])', "AC"),
        ("Microsoft.Dynamics.CRM.NotBetween(PropertyName='numberofemployees',PropertyValues=['5','5000'])", "L"),
        ('Microsoft.Dynamics.CRM.In(PropertyName=\'name\',PropertyValues=["contoso","O\'Brian"])', "C"),
        ("Microsoft.Dynamics.CRM.NotIn(PropertyName=@p1,PropertyValues=@p2)&@p1='name'&@p2=['Contoso']", "AL"),
        ("Microsoft.Dynamics.CRM.On(PropertyName='createdon',PropertyValue='2024-03-03')", "C"),
        ("Microsoft.Dynamics.CRM.OnOrAfter(PropertyName='createdon',PropertyValue='2024-03-04')", "AL"),
        (
            "Microsoft.Dynamics.CRM.OnOrBefore(PropertyName='createdon',PropertyValue='2024-03-03') and name ne null",
            "C",
        ),
    ],
)
@pytest.mark.usefixtures("sample")
def test_a_filter_has_the_functions_that_are_documented_and_compares_texts_whatever_their_case(
    client: Client, condition: str, names: str
) -> None:
    found = client.get(f"accounts?$select=name&$orderby=name&$filter={condition}")
    assert "".join(each["name"][0] for each in found["value"]) == names


@pytest.mark.parametrize(
    "condition",
    [
        "length(name) gt 3",
        "contains(nonsense,'a')",
        "contains(name 'a')",
        "primarycontactid/nonsense eq 'a'",
        "nonsense/fullname eq 'a'",
        "numberofemployees gt 'many'",
        "name eq unquoted",
        "modifiedon gt 'yesterday'",
        "Microsoft.Dynamics.CRM.Nonsense(PropertyName='name',PropertyValues=['a'])",
        "Microsoft.Dynamics.CRM.In(PropertyValues=['a'])",
    ],
)
@pytest.mark.usefixtures("sample")
def test_a_filter_that_cannot_be_understood_is_a_bad_request(client: Client, condition: str) -> None:
    assert client.get(f"accounts?$filter={condition}", status=400)["error"]["code"] == "0x80060888"


@pytest.mark.usefixtures("sample")
def test_a_count_of_a_collection_takes_a_filter(client: Client) -> None:
    assert client.http.get("accounts/$count?$filter=contains(name,'sample')").text == "2"


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("name", "ACL"),
        ("revenue desc,name asc", "ALC"),
        ("_primarycontactid_value desc", "LAC"),
        ("numberofemployees&$top=2", "CA"),
    ],
)
@pytest.mark.usefixtures("sample")
def test_rows_are_ordered_by_several_columns_and_a_lookup_by_the_name_of_what_it_points_to(
    client: Client, order: str, names: str
) -> None:
    found = client.get(f"accounts?$select=name&$orderby={order}")
    assert "".join(each["name"][0] for each in found["value"]) == names


def test_a_lookup_is_expanded_to_the_columns_asked_for_and_to_null_where_it_is_empty(
    client: Client, sample: dict[str, str]
) -> None:
    found = client.get("accounts?$select=name&$expand=primarycontactid($select=fullname),ownerid($select=fullname)")
    shown = {each["name"][0]: each["primarycontactid"] for each in found["value"]}
    assert shown["L"] == {"contactid": sample["susanna"], "fullname": "Susanna Stubberod"} and shown["C"] is None
    assert [each["ownerid"] for each in found["value"]] == [None, None, None]


def test_an_expanded_lookup_may_be_expanded_and_one_of_several_tables_goes_by_its_tables_name(
    client: Client, sample: dict[str, str]
) -> None:
    nested = "primarycontactid($select=fullname;$expand=parentcustomerid_account($select=name))"
    (found,) = client.get(f"accounts?$select=name&$filter=startswith(name,'lit')&$expand={nested}")["value"]
    assert found["primarycontactid"]["parentcustomerid_account"] == {
        "accountid": sample["litware"],
        "name": "Litware, Inc. (sample)",
    }
    (found,) = client.get("contacts?$select=fullname&$filter=lastname eq 'o''brian'&$expand=parentcustomerid_contact")[
        "value"
    ]
    assert found["parentcustomerid_contact"] is None
    assert "change tracking" in client.get("accounts?$expand=masterid", "odata.track-changes", 400)["error"]["message"]


def test_one_row_is_read_by_its_id(client: Client, sample: dict[str, str]) -> None:
    path = f"accounts({sample['litware'].upper()})?$select=name&$expand=primarycontactid($select=fullname)"
    row = client.get(path)
    assert (row["accountid"], row["name"]) == (sample["litware"], "Litware, Inc. (sample)")
    assert row["primarycontactid"]["fullname"] == "Susanna Stubberod"
    assert row["@odata.context"].endswith("$metadata#accounts/$entity") and row["@odata.etag"].startswith('W/"')
    missing = client.get(f"accounts({sample['ann']})", status=404)["error"]
    assert (missing["code"], missing["message"]) == (
        "0x80040217",
        f"Entity 'account' With Id = {sample['ann']} Does Not Exist",
    )
    assert client.get(f"{path}&$top=1", status=400)["error"]["code"] == "0x80060888"


@pytest.mark.parametrize(
    "expand", ["nonsense", "primarycontactid($select=nonsense)", "primarycontactid($top=1)", "a b"]
)
def test_an_expansion_that_is_none_is_a_bad_request(client: Client, expand: str) -> None:
    assert client.get(f"accounts?$expand={expand}", status=400)["error"]["code"] == "0x80060888"


def test_formatted_values_come_with_labels_names_money_and_dates_where_they_are_asked_for(client: Client) -> None:
    label = {"objecttypecode": "account", "langid": 1033, "attributename": "customertypecode", "attributevalue": 1}
    client.records.insert("stringmap", label | {"value": "Competitor"})
    contact = client.records.insert("contact", {"fullname": "Susanna", "birthdate": date(1990, 4, 7)})
    euro = client.records.insert("transactioncurrency", {"isocurrencycode": "EUR", "currencyname": "Euro"})
    row = {"name": "Litware", "revenue": Decimal(20000), "primarycontactid": contact, "customertypecode": 1}
    row |= {"modifiedon": datetime(2024, 4, 7, 14, 59, 1), "donotemail": True, "industrycode": 9}
    client.records.insert("account", row)
    client.records.insert("account", {"revenue": Decimal("1.5"), "transactioncurrencyid": euro})
    select = "name,revenue,_primarycontactid_value,customertypecode,modifiedon,donotemail,industrycode,statecode"
    path = f"accounts?$select={select}&$orderby=name desc"
    found, other = client.get(path, f'odata.include-annotations="{FORMATTED}"')["value"]
    assert {name.partition("@")[0]: each for name, each in found.items() if name.endswith(f"@{FORMATTED}")} == {
        "revenue": "$20,000.00",
        "_primarycontactid_value": "Susanna",
        "customertypecode": "Competitor",
        "modifiedon": "4/7/2024 2:59 PM",
        "donotemail": "Yes",
    }
    assert other[f"revenue@{FORMATTED}"] == "€1.50"
    assert not any("@" in name.lstrip("@") for each in client.get(path)["value"] for name in each)
    (born,) = client.get("contacts?$select=birthdate", 'odata.include-annotations="*"')["value"]
    assert born[f"birthdate@{FORMATTED}"] == "4/7/1990"


def test_several_choices_are_formatted_as_their_labels_in_a_row(client: Client) -> None:
    client.records.add_column("account", "new_interests", "integer[]")
    label = {"objecttypecode": "account", "langid": 1033, "attributename": "new_interests"}
    for value, words in ((1, "Tennis"), (2, "Chess"), (3, "Go")):
        client.records.insert("stringmap", label | {"attributevalue": value, "value": words})
    client.records.insert("account", {"name": "a", "new_interests": [1, 3]})
    (found,) = client.get("accounts?$select=new_interests", 'odata.include-annotations="*"')["value"]
    assert (found["new_interests"], found[f"new_interests@{FORMATTED}"]) == ("1,3", "Tennis; Go")


def test_a_lookup_names_the_navigation_property_that_expands_it_where_that_is_asked_for(client: Client) -> None:
    owned = {"lastname": "Low", "ownerid": "u", "ownerid_type": "team"}
    client.records.insert("contact", owned | {"parentcustomerid": "x", "parentcustomerid_type": "account"})
    name = "Microsoft.Dynamics.CRM.associatednavigationproperty"
    path = "contacts?$select=_parentcustomerid_value,_ownerid_value"
    (found,) = client.get(path, f'odata.include-annotations="{name}"')["value"]
    assert found[f"_parentcustomerid_value@{name}"] == "parentcustomerid_account"
    assert found[f"_ownerid_value@{name}"] == "ownerid"
