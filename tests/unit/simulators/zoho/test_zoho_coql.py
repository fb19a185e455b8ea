"""The simulated Zoho organization takes the COQL that Zoho documents, over real HTTP."""

from __future__ import annotations

import pytest

from tests.unit.simulators.zoho.conftest import Client


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("id is not null", ["name 0", "name 1", "name 2"]),
        ("((Modified_Time >= '2024-03-04T12:00:00+00:00' and Employees > 1) and id > 1)", ["name 2"]),
        ("Account_Name in ('name 0', 'name 1')", ["name 0", "name 1"]),
        ("(Employees is null or Account_Name = 'name 2')", ["name 0", "name 1", "name 2"]),
    ],
)
def test_coql_selects_what_a_condition_names(client: Client, condition: str, names: list[str]) -> None:
    ids = client.accounts(3)
    client.records.update("Accounts", ids[2], {"Employees": 5})
    found = client.query(f"select Account_Name from Accounts where {condition} order by id asc limit 2000")
    assert [each["Account_Name"] for each in found["data"]] == names
    assert found["info"] == {"count": len(names), "more_records": False}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("select id from Accounts", "SYNTAX_ERROR"),
        ("select id from Accounts where id > 1 and id > 2 and id > 3", "SYNTAX_ERROR"),
        ("select Nonsense from Accounts where id is not null", "INVALID_QUERY"),
        ("select Quoted_Items from Quotes where id is not null", "INVALID_QUERY"),
        ("select Description from Accounts where id is not null", "INVALID_QUERY"),
        ("select id from Accounts where id is not null limit 2001", "LIMIT_EXCEEDED"),
        ("select id from Nonsense where id is not null", "INVALID_MODULE"),
    ],
)
def test_coql_refuses_what_is_documented(client: Client, query: str, code: str) -> None:
    assert client.query(query, 400)["code"] == code


def test_coql_pages_by_offset_and_shows_lookups_as_ids(client: Client) -> None:
    (account, *_) = client.accounts(5)
    client.records.insert("Contacts", {"Last_Name": "Low", "Account_Name": account})
    (contact,) = client.query("select Account_Name, Account_Name.Account_Name from Contacts where id is not null")[
        "data"
    ]
    assert contact["Account_Name"] == {"id": account} and contact["Account_Name.Account_Name"] == "name 0"
    found = client.query("select id from Accounts where id is not null order by id asc limit 1, 2")
    assert len(found["data"]) == 2 and found["info"]["more_records"] is True


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("Account_Name like 'Zy%'", ["Zylker", "Zylker Inc"]),
        ("Account_Name like '%Inc'", ["Zylker Inc"]),
        ("Account_Name like '%yl%'", ["Zylker", "Zylker Inc"]),
        ("Account_Name like 'Zylker_Inc'", []),
        ("Account_Name not like '%ylk%'", ["O'Neil", "Other"]),
        ("Account_Name != 'Other'", ["O'Neil", "Zylker", "Zylker Inc"]),
        ("Account_Name not in ('Other', 'Zylker')", ["O'Neil", "Zylker Inc"]),
        ("Account_Name = 'O''Neil'", ["O'Neil"]),
        ('Account_Name = "O\'Neil"', ["O'Neil"]),
        ("Employees between 2 and 3", ["Other", "Zylker Inc"]),
        ("Employees not between '2' and '3'", ["O'Neil", "Zylker"]),
        ("(Employees between 2 and 3 and Account_Name like 'O%')", ["Other"]),
        ("(('Employees' > 1 and Employees < 4) and (Account_Name = 'Other' or Account_Name = 'Zylker'))", ["Other"]),
        ("Created_Time between '2024-03-04T11:00:00+00:00' and '2024-03-04T12:59:59+01:00'", []),
        ("Parent_Account is null", ["Other", "O'Neil", "Zylker"]),
        ("Parent_Account.Account_Name = 'Zylker'", ["Zylker Inc"]),
        ("Parent_Account.Owner.full_name like 'Ann%'", ["Zylker Inc"]),
    ],
)
def test_coql_has_the_operators_that_are_documented(client: Client, condition: str, names: list[str]) -> None:
    owner = client.records.insert("Users", {"full_name": "Ann Lee"})
    parent = client.records.insert("Accounts", {"Account_Name": "Zylker", "Employees": 1, "Owner": owner})
    client.records.insert("Accounts", {"Account_Name": "Zylker Inc", "Employees": 2, "Parent_Account": parent})
    client.records.insert_many(
        "Accounts", [{"Account_Name": "Other", "Employees": 3}, {"Account_Name": "O'Neil", "Employees": 4}]
    )
    found = client.query(f"select Account_Name from Accounts where {condition}", 200 if names else 204)
    assert sorted(each["Account_Name"] for each in (found or {"data": []})["data"]) == sorted(names)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("select id from Products where Product_Active != true", "INVALID_QUERY"),
        ("select id from Accounts where Employees like '1%'", "INVALID_QUERY"),
        ("select id from Accounts where Account_Name > 'a'", "INVALID_QUERY"),
        ("select id from Accounts where Account_Name between 'a' and 'b'", "INVALID_QUERY"),
        ("select id from Accounts where Parent_Account like '1%'", "INVALID_QUERY"),
        ("select id from Accounts where Employees = 'many'", "INVALID_QUERY"),
        ("select id from Accounts where Account_Name.id = '1'", "INVALID_QUERY"),
        ("select id from Accounts where Employees between 1, 2", "SYNTAX_ERROR"),
        ("select id from Accounts where Account_Name is true", "SYNTAX_ERROR"),
        (f"select id from Accounts where id in ({', '.join('1' for _ in range(51))})", "LIMIT_EXCEEDED"),
        (f"select id from Accounts where {'(' * 25}id > 1{' and id > 1)' * 25}", "LIMIT_EXCEEDED"),
    ],
)
def test_coql_takes_of_each_type_its_operators_only_and_no_longer_lists_than_allowed(
    client: Client, query: str, code: str
) -> None:
    client.accounts(1)
    assert client.query(query, 400)["code"] == code


@pytest.mark.parametrize(
    ("query", "code", "message", "details"),
    [
        ("select id from Leads", "SYNTAX_ERROR", "missing clause", {"clause": "where"}),
        ("select id from Leads where City not 1", "SYNTAX_ERROR", "operator not supported", {"operator": "not 1"}),
        ("select id from Leads where id > 1 limit 0", "INVALID_DATA", "limit should be greater than 0", {}),
        ("select id from Nonsense where id > 1", "INVALID_MODULE", "the given module is not supported in api", {}),
        (
            "select First_Name, First_Name from Leads where id > 1",
            "DUPLICATE_DATA",
            "duplicate select column",
            {"column_name": "First_Name"},
        ),
        (
            "select id from Leads where First_Name > 'A'",
            "INVALID_QUERY",
            "Invalid query formed",
            {"reason": "invalid operator found", "column_name": "First_Name", "operator": ">"},
        ),
    ],
)
def test_coql_says_what_is_wrong_in_the_documented_words(
    client: Client, query: str, code: str, message: str, details: dict[str, str]
) -> None:
    assert client.query(query, 400) == {"code": code, "message": message, "details": details, "status": "error"}


def test_coql_without_a_query_says_which_key_is_missing(client: Client) -> None:
    answer = client.http.post("/crm/v8/coql", json={})
    assert (answer.status_code, answer.json()["code"]) == (400, "MANDATORY_NOT_FOUND")
    assert answer.json()["details"] == {"api_name": "select_query"}


def test_coql_sorts_by_up_to_ten_fields_those_of_lookups_too_and_by_id_where_nothing_is_said(client: Client) -> None:
    big, small = client.records.insert_many("Accounts", [{"Account_Name": "a"}, {"Account_Name": "b"}])
    for last, account in (("z", small), ("y", big), ("x", big)):
        client.records.insert("Contacts", {"Last_Name": last, "Account_Name": account})
    select = "select Last_Name from Contacts where id is not null"
    for order, names in (
        ("", "zyx"),
        ("order by Account_Name.Account_Name desc, Last_Name asc", "zxy"),
        ("order by Last_Name LIMIT 1, 2", "yz"),
        ("ORDER BY Last_Name DESC limit 1 offset 1", "y"),
    ):
        assert "".join(each["Last_Name"] for each in client.query(f"{select} {order}")["data"]) == names
    assert client.query(f"{select} order by id, id", 400)["code"] == "DUPLICATE_DATA"
    many = "First_Name, Last_Name, Full_Name, Title, Department, Email, Phone, Mobile, Created_Time, Modified_Time, id"
    assert client.query(f"{select} order by {many}", 400)["code"] == "LIMIT_EXCEEDED"


def test_coql_shows_what_two_lookups_lead_to(client: Client) -> None:
    (top,) = client.accounts(1)
    account = client.records.insert("Accounts", {"Account_Name": "sub", "Parent_Account": top})
    client.records.insert("Contacts", {"Last_Name": "Boyle", "Account_Name": account})
    client.records.insert("Contacts", {"Last_Name": "Free"})
    names = ("Account_Name.Parent_Account", "Account_Name.Parent_Account.Account_Name", "Account_Name")
    found = client.query(f"select id, {', '.join(names)} from Contacts where id is not null")["data"]
    assert [[each[name] for name in names] for each in found] == [
        [{"id": top}, "name 0", {"id": account}],
        [None, None, None],
    ]
