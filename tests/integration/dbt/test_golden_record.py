"""The golden record of a customer: which value survives, what becomes of the others, and what a steward pinned."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.integration.dbt.people import mapped
from tests.integration.dbt.registered import build, contact, register
from tests.integration.dbt.small_lake import SmallLake

pytestmark = pytest.mark.slow

SHOP, LEGACY, ERP = "web_shop", "legacy_crm", "erp"
# the shop knows where Anna lives now, the old CRM where she lived, the ERP was changed last and knows little
ANNA_SHOP = contact(SHOP, "S1", "2025-05-20", first_name="Anna", last_name="Müller-Lang", email="Anna@Lang.de",
                    street="Neue Straße 1", city="Hamburg")  # fmt: skip
ANNA_LEGACY = contact(LEGACY, "L1", "2025-01-15", first_name="Anna", last_name="Müller", email="anna@lang.de",
                      street="Hauptstr. 5", postal_code="10115", city="Berlin", country="DE", phone="0000000",
                      birth_date=date(1970, 5, 1), job_title="Clerk", created_at=date(2019, 1, 1),
                      acquisition_source="Fair")  # fmt: skip
ANNA_ERP = contact(ERP, "E1", "2025-06-01", first_name="Anna", email="noreply@erp.example", phone="+49 30 1234567",
                   city="Bremen", birth_date=date(1900, 1, 1), job_title="n/a",
                   acquisition_source="Import")  # fmt: skip
# Bert said no to the shop long ago; nobody knows his number, but somebody had to fill one in
BERT_SHOP = contact(SHOP, "S2", "2024-01-01", first_name="Bert", last_name="Brecht", has_opted_out_of_email=True)
BERT_LEGACY = contact(LEGACY, "L2", "2025-06-01", first_name="Bert", last_name="Brecht", phone="0000000",
                      has_opted_out_of_email=False)  # fmt: skip
# Cleo's e-mail addresses are kept beside her record; Dora opted out by a consent
CLEO = contact(LEGACY, "L3", "2025-01-01", first_name="Cleo", last_name="Carlsen")
CLEO_POINTS = [
    mapped(LEGACY, f"P{number}", contact_record_id="L3", contact_point_type="email", contact_point_value=address,
           is_primary=number == 2, modified_at=None)
    for number, address in enumerate(["old@carlsen.de", "cleo@carlsen.de", "more@carlsen.de"], 1)
]  # fmt: skip
DORA = contact(SHOP, "S4", "2025-06-01", first_name="Dora", last_name="Duncan", has_opted_out_of_email=False)
DORA_CONSENTS = [
    mapped(SHOP, f"N{number}", contact_record_id="S4", channel="email", purpose=purpose, is_granted=is_granted,
           decided_at=day)
    for number, purpose, is_granted, day in [(1, "news", False, "2024-05-05"), (2, "offers", True, "2025-05-05")]
]  # fmt: skip
CUSTOMERS = {
    "anna": [ANNA_SHOP, ANNA_LEGACY, ANNA_ERP], "bert": [BERT_SHOP, BERT_LEGACY], "cleo": [CLEO], "dora": [DORA],
}  # fmt: skip


def first_night(home: Path) -> SmallLake:
    lake = SmallLake(home)
    contacts = [row for rows in CUSTOMERS.values() for row in rows]
    lake.write({"mapped.contacts": contacts, "mapped.contact_points": CLEO_POINTS, "mapped.consents": DORA_CONSENTS})
    register(lake, CUSTOMERS)
    build(lake)
    return lake


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> SmallLake:
    """The lake after its first night; tests read it only."""
    return first_night(tmp_path_factory.mktemp("golden") / "lake")


def golden(lake: SmallLake, customer: str, *attributes: str) -> tuple[Any, ...]:
    (row,) = lake.query(f"select {', '.join(attributes)} from core.dim_customers where customer_id = '{customer}'")
    return row


def said(lake: SmallLake, customer: str, attribute: str) -> list[tuple[Any, ...]]:
    return lake.query(
        "select value, is_winner, value_rank, decided_by, is_pinned, record_count, source_instance, source_record_id"
        f" from core.customer_attributes where customer_id = '{customer}' and attribute = '{attribute}'"
        " order by value_rank"
    )


def test_names_and_addresses_survive_whole_from_the_latest_record_that_has_all_that_matters(lake: SmallLake) -> None:
    assert golden(lake, "anna", "customer_name", "last_name") == ("Anna Müller-Lang", "Müller-Lang")
    # the country is known to another record, but of another address
    address = golden(lake, "anna", "street", "postal_code", "city", "country")
    assert address == ("Neue Straße 1", None, "Hamburg", None)


def test_a_placeholder_survives_only_where_nothing_else_is_known(lake: SmallLake) -> None:
    values = golden(lake, "anna", "email", "phone", "birth_date", "job_title")
    assert values == ("Anna@Lang.de", "+49 30 1234567", date(1970, 5, 1), "Clerk")
    assert golden(lake, "bert", "phone") == ("0000000",)


def test_losing_values_are_kept_with_who_says_them_and_the_rule_that_decided(lake: SmallLake) -> None:
    assert said(lake, "anna", "last_name") == [
        ("Müller-Lang", True, 1, "most_recent", False, 1, SHOP, "S1"),
        ("Müller", False, 2, "most_recent", False, 1, LEGACY, "L1"),
    ]
    assert said(lake, "anna", "email") == [
        ("Anna@Lang.de", True, 1, "not_a_placeholder", False, 2, SHOP, "S1"),
        ("noreply@erp.example", False, 2, "not_a_placeholder", False, 1, ERP, "E1"),
    ]
    assert said(lake, "anna", "city") == [
        ("Hamburg", True, 1, "most_recent", False, 1, SHOP, "S1"),
        ("Berlin", False, 2, "most_recent", False, 1, LEGACY, "L1"),
        ("Bremen", False, 3, "most_complete", False, 1, ERP, "E1"),
    ]
    # nothing survives of a part that the address in use leaves empty
    assert said(lake, "anna", "country") == [("DE", False, 2, "most_recent", False, 1, LEGACY, "L1")]


def test_every_golden_value_is_the_winner_among_the_attributes_and_no_other_is(lake: SmallLake) -> None:
    columns = [name for (name,) in lake.query("select distinct attribute from core.customer_attributes")]
    shown = {
        (customer, column, value)
        for column in columns
        for customer, value in lake.query(f"select customer_id, {column}::varchar from core.dim_customers")
        if value is not None
    }
    winners = lake.query("select customer_id, attribute, value from core.customer_attributes where is_winner")
    assert shown == set(winners) and len(shown) == len(winners)


def test_where_a_customer_came_from_is_what_its_oldest_record_says(lake: SmallLake) -> None:
    assert golden(lake, "anna", "acquisition_source") == ("Fair",)


def test_who_said_no_in_one_place_does_not_expect_mail_from_another(lake: SmallLake) -> None:
    assert golden(lake, "bert", "has_opted_out_of_email") == (True,)
    assert golden(lake, "dora", "has_opted_out_of_email") == (True,)
    (no, yes) = said(lake, "dora", "has_opted_out_of_email")
    assert (no[0], no[3], no[7]) == ("true", "true_first", "N1") and yes[0] == "false"


def test_of_several_addresses_beside_a_record_the_primary_one_survives(lake: SmallLake) -> None:
    addresses = said(lake, "cleo", "email")
    assert addresses[0] == ("cleo@carlsen.de", True, 1, "verified_first", False, 1, LEGACY, "P2")
    assert {address for address, *_ in addresses} == {"old@carlsen.de", "cleo@carlsen.de", "more@carlsen.de"}


def test_another_rule_in_the_seed_gives_another_value_and_the_sql_stays(tmp_path: Path) -> None:
    lake = first_night(tmp_path / "lake")
    others = ("street", "city", "email", "phone", "birth_date", "job_title")
    before = golden(lake, "anna", *others)
    with duckdb.connect(str(lake.warehouse)) as connection:
        connection.execute("update seeds.survivorship_rules set strategies = 'oldest' where attribute_group = 'name'")
    build(lake, "int_customers__grouped", "int_customers__values", "int_customers__golden")
    assert golden(lake, "anna", "customer_name", "last_name") == ("Anna Müller", "Müller")
    assert [row[3] for row in said(lake, "anna", "last_name")] == ["oldest", "oldest"]
    assert golden(lake, "anna", *others) == before
