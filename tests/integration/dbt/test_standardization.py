"""Records of any source in the forms in which they are compared, with the words and placeholders that are shipped."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sources.lake import Lake
from tests.integration.dbt.people import mapped
from tests.integration.dbt.small_lake import SmallLake

pytestmark = pytest.mark.slow

SELECTED = "+int_customers__features"
AS_OF = "2025-06-30"


def person(key: str, **fields: Any) -> dict[str, Any]:
    return mapped("people_csv", key, **fields)


def company(key: str, **fields: Any) -> dict[str, Any]:
    return mapped("crm", key, is_person=False, **fields)


CONTACTS = [
    person("whole", last_name="Müller, Dr. Robert", email="Bob.Mueller+news@googlemail.com", phone="030 123456",
           street="Hauptstraße 5, Top 3", postal_code="D-10115", city="Berlin"),
    person("short", first_name="Bob", last_name="MUELLER", email="bobmueller@gmail.com", phone="(030) 12 34 56",
           street="Hauptstr. 5", postal_code="10115", city="10115 BERLIN"),
    person("abroad", first_name="Mr Robert", last_name="van Mueller", phone="+49 (0)30 12-34-56", country="Germany"),
    person("tagged", first_name="Ann", last_name="Lee", email="ann+1@gmx.de", phone="020 7946 0018", country="U.K."),
    person("nobody", first_name="N/A", last_name="unbekannt", email="test@shop.de", phone="123-456-789",
           mobile_phone="0000000", birth_date=date(1900, 1, 1), national_id="123456789", street="Musterstr. 1",
           postal_code="00000"),
    person("hotel", first_name="Eva", last_name="Klein", email="info@hotel.de", birth_date=date(2033, 1, 1)),
    person("he", first_name="Daniel", last_name="Roth", email="roths@web.de", national_id="AB 12-34-56"),
    person("she", first_name="Daniela", last_name="Roth", email="roths@web.de"),
    *[person(f"desk{n}", first_name=name, last_name=f"Desk{name}", phone="0711 5550100", country="DE")
      for n, name in enumerate(["Ada", "Bea", "Cleo", "Dora", "Enna", "Fay", "Gwen", "Hope", "Iris"])],
]  # fmt: skip
ACCOUNTS = [
    company(
        "long", account_name="The Acme Trading Co., Ltd.", website="https://www.Acme.com/about", tax_id="DE 811.234"
    ),
    company("tiny", account_name="ACME TRADING LIMITED", email="info@acme.com", phone="0711 5550100", country="DEU"),
    company("and", account_name="Bäcker & Söhne GmbH & Co. KG", website="facebook.com/baecker"),
    company("und", account_name="Baecker und Soehne"),
]
POINTS = [mapped("people_csv", "1", contact_record_id="tagged", contact_point_type="phone",
                 contact_point_value="07700 900123", is_primary=False)]  # fmt: skip


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> SmallLake:
    small_lake = SmallLake(tmp_path_factory.mktemp("standardization") / "home")
    small_lake.write({"mapped.contacts": CONTACTS, "mapped.accounts": ACCOUNTS, "mapped.contact_points": POINTS})
    small_lake.build("--select", SELECTED, as_of=AS_OF)
    return small_lake


def told(lake: SmallLake, record: str, columns: str) -> Any:
    """Return what one record is compared by."""
    (row,) = lake.query(
        f"select {columns} from intermediate.int_customers__features where record_key like '%|{record}'"
    )
    return row if len(row) > 1 else row[0]


def test_three_spellings_of_one_person_are_equal_in_every_value(lake: SmallLake) -> None:
    columns = "last_name, phones, 'robert' in given_names"
    assert {told(lake, record, columns) == ("muller", ["+4930123456"], True) for record in ("whole", "short", "abroad")}
    address = told(lake, "whole", "emails, street, postal_code, city")
    assert address == told(lake, "short", "emails, street, postal_code, city")
    assert address[0] == ["bobmueller@gmail.com"]


def test_a_tag_is_kept_where_the_provider_reads_it_and_a_contact_point_counts_as_the_records_own(
    lake: SmallLake,
) -> None:
    assert told(lake, "tagged", "emails, domains, phones") == (
        ["ann+1@gmx.de"], None, ["+442079460018", "+447700900123"],
    )  # fmt: skip


def test_values_typed_to_get_past_a_form_are_unknown(lake: SmallLake) -> None:
    columns = "first_name, given_names, last_name, emails, phones, birth_date, official_id, street, postal_code"
    assert set(told(lake, "nobody", columns)) == {None}
    assert told(lake, "hotel", "emails, birth_date, domains") == (None, None, ["hotel.de"])


def test_a_family_mailbox_says_that_it_is_shared(lake: SmallLake) -> None:
    assert [told(lake, record, "is_email_shared") for record in ("he", "she", "whole", "short")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert told(lake, "he", "official_id") == "AB123456"


def test_a_number_under_more_names_than_a_desk_has_says_nothing_of_a_person_but_of_its_company(lake: SmallLake) -> None:
    assert {told(lake, f"desk{n}", "phones") for n in range(9)} == {None}
    assert told(lake, "tiny", "phones, country, emails") == (["+497115550100"], "DE", ["info@acme.com"])


def test_companies_are_equal_without_legal_form_and_known_by_their_domain(lake: SmallLake) -> None:
    name = "organization_name, organization_words, domains"
    assert told(lake, "long", name) == told(lake, "tiny", name) == ("acmetrading", ["acme", "trading"], ["acme.com"])
    assert told(lake, "long", "official_id") == "DE811234"
    assert told(lake, "and", name) == told(lake, "und", name) == ("backersohne", ["backer", "sohne"], None)


def test_a_night_gives_the_features_that_a_build_from_nothing_gives(tmp_path: Path) -> None:
    lake = SmallLake(tmp_path / "home")
    lake.write({"mapped.contacts": CONTACTS[:-1], "mapped.accounts": ACCOUNTS, "mapped.contact_points": POINTS})
    lake.build("--select", SELECTED, as_of=AS_OF)
    assert told(lake, "desk1", "phones") == ["+497115550100"]
    assert told(lake, "abroad", "phones") == ["+4930123456"]

    # one name more at the desk, another country for the first number, another spelling, a steward's word
    lake.write({
        "mapped.contacts": [CONTACTS[-1], person("vienna", phone="+43 30123456"), {**CONTACTS[3], "country": "AT"}],
        "mapped.contact_points": [{**POINTS[0], "_op": "delete"}],
    })  # fmt: skip
    with Lake(lake.location) as opened:
        opened.connection.execute(
            "insert into lake.identity.decisions (decision_id, kind, attribute, value, status)"
            " values ('d1', 'placeholder_value', 'email', 'Bob.Mueller@gmail.com', 'active')"
        )
    lake.build("--select", SELECTED, as_of=AS_OF)
    assert told(lake, "desk1", "phones") is None
    assert told(lake, "short", "phones, emails") == (["30123456"], None)
    assert told(lake, "tagged", "phones") == ["+432079460018"]
    everything = "select * from intermediate.int_customers__features order by record_key"
    night = lake.query(everything)
    lake.warehouse.unlink()
    lake.build("--select", SELECTED, as_of=AS_OF)
    assert lake.query(everything) == night
