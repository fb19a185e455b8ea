"""Who is one customer by what is declared alone: too few records to learn anything from."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.analytics.matching.persons import PERSONS
from tests.unit.analytics.matching.warehouse import Record, Warehouse, declared_model, key, organization, person

HOME: dict[str, Any] = {"street": "lindenallee4", "postal_code": "10115", "city": "berlin", "phone": "+493012345"}
FAMILY_MAILBOX: dict[str, Any] = {"email": "familie.muster@web.de", "is_email_shared": True}
TOWER: dict[str, Any] = {"street": "turm1", "postal_code": "60311", "city": "frankfurt", "phone": "+496955555"}
MUST_LINK, MUST_NOT_LINK = "must_link", "must_not_link"


def one(*names: str) -> set[frozenset[str]]:
    return {frozenset(names)}


def matched(warehouse: Warehouse, *records: Record) -> set[frozenset[str]]:
    """Return which records came together."""
    warehouse.hold(records)
    warehouse.match()
    return warehouse.together()


def test_two_members_of_a_family_who_share_all_but_the_first_name_stay_two(warehouse: Warehouse) -> None:
    shared = HOME | FAMILY_MAILBOX
    assert not matched(warehouse, person("a", "anna", "muster", **shared), person("b", "bernd", "muster", **shared))


def test_a_nickname_at_the_same_mailbox_is_one_person(warehouse: Warehouse) -> None:
    robert = person("a", "robert", "muster", email="rm@web.de")
    bob = person("b", "bob", "muster", short_for=("robert",), email="rm@web.de")
    assert matched(warehouse, robert, bob) == one("a", "b")


def test_names_in_the_wrong_fields_are_one_person(warehouse: Warehouse) -> None:
    records = person("a", "anna", "muster", **HOME), person("b", "muster", "anna", **HOME)
    assert matched(warehouse, *records) == one("a", "b")


def test_father_and_son_of_one_name_stay_two(warehouse: Warehouse) -> None:
    father = person("a", "bernd", "muster", born="1950-07-31", email="b@web.de", **HOME)
    son = person("b", "bernd", "muster", born="1978-03-05", email="b@web.de", **HOME)
    assert not matched(warehouse, father, son)


def test_two_fathers_and_sons_do_not_teach_that_dates_of_birth_mean_nothing(warehouse: Warehouse) -> None:
    fathers = (
        person("a", "bernd", "muster", born="1950-07-31", email="b@web.de", **HOME),
        person("b", "bernd", "muster", born="1978-03-05", email="b@web.de", **HOME),
    )
    others = (
        person("c", "carl", "meier", born="1949-01-11", email="c@web.de", **TOWER),
        person("d", "carl", "meier", born="1981-10-24", email="c@web.de", **TOWER),
    )
    assert not matched(warehouse, *fathers, *others)


def test_a_record_that_could_be_either_does_not_make_father_and_son_one(warehouse: Warehouse) -> None:
    father = person("a", "bernd", "muster", born="1950-07-31", email="b@web.de", **HOME)
    son = person("b", "bernd", "muster", born="1978-03-05", email="b@web.de", **HOME)
    either = person("c", "bernd", "muster", email="b@web.de", **HOME)
    (together,) = matched(warehouse, father, son, either)
    assert len(together) == 2 and "c" in together
    assert {row[2] for row in warehouse.review()} == {"conflict"}


def test_a_name_with_another_ending_in_one_house_is_another_person(warehouse: Warehouse) -> None:
    shared = HOME | FAMILY_MAILBOX
    assert not matched(warehouse, person("a", "daniel", "muster", **shared), person("b", "daniela", "muster", **shared))


def test_a_shared_mailbox_does_not_join_someone_without_a_first_name(warehouse: Warehouse) -> None:
    shared = HOME | FAMILY_MAILBOX
    assert not matched(warehouse, person("a", "anna", "muster", **shared), person("b", None, "muster", **shared))


def test_a_mailbox_of_ones_own_joins_someone_without_a_first_name(warehouse: Warehouse) -> None:
    own = HOME | {"email": "am@web.de"}
    assert matched(warehouse, person("a", "anna", "muster", **own), person("b", None, "muster", **own)) == one("a", "b")


@pytest.mark.parametrize(
    ("differ", "born", "is_one"), [(0.01, None, False), (0.01, "1980-02-01", True), (0.05, None, True)]
)
def test_another_official_id_contradicts_where_true_pairs_hardly_ever_differ_in_it_unless_the_birth_date_agrees(
    warehouse: Warehouse, differ: float, born: str | None, is_one: bool
) -> None:
    known = HOME | {"email": "am@web.de", "born": born}
    warehouse.hold([person(each, "anna", "muster", official_id=f"{each}77", **known) for each in ("aa", "bb")])
    warehouse.match({"person": declared_model(PERSONS, vetoed=differ)})
    assert warehouse.together() == (one("aa", "bb") if is_one else set())


def test_tenants_of_one_building_with_one_telephone_stay_two(warehouse: Warehouse) -> None:
    acme = organization("a", "acme trading", domain="acme.com", **TOWER)
    bolt = organization("b", "bolt logistics", domain="bolt.io", **TOWER)
    assert not matched(warehouse, acme, bolt)


def test_an_organization_with_and_without_its_legal_form_is_one(warehouse: Warehouse) -> None:
    # both are 'acme trading' in the form in which they are compared
    assert matched(
        warehouse, organization("a", "acme trading", **TOWER), organization("b", "acme trading", **TOWER)
    ) == (one("a", "b"))


def test_a_person_and_an_organization_are_never_one(warehouse: Warehouse) -> None:
    known = {"email": "info@acme.com", "official_id": "R1"}
    records = person("a", "acme", "trading", **known, **TOWER), organization("b", "acme trading", **known, **TOWER)
    warehouse.state([(key("a"), key("b"))])
    assert not matched(warehouse, *records)
    assert warehouse.links() == []


def alike(*names: str) -> list[Record]:
    return [person(each, "anna", "muster", email="am@web.de", **HOME) for each in names]


def strangers() -> list[Record]:
    return [person("a", "anna", "muster"), person("b", "bernd", "meier"), person("c", "clara", "schulz")]


def test_a_steward_takes_apart_what_is_alike(warehouse: Warehouse) -> None:
    warehouse.decide([(MUST_NOT_LINK, key("b"), key("a"))])
    assert not matched(warehouse, *alike("a", "b"))
    assert (warehouse.links(), warehouse.review()) == ([], [])


def test_a_steward_joins_what_is_not_alike(warehouse: Warehouse) -> None:
    warehouse.decide([(MUST_LINK, key("b"), key("a"))])
    assert matched(warehouse, *strangers()) == one("a", "b")
    assert [row[:4] for row in warehouse.links()] == [(key("a"), key("b"), MUST_LINK, 100.0)]


def test_decisions_about_records_that_are_not_there_are_ignored(warehouse: Warehouse) -> None:
    warehouse.decide([(MUST_LINK, key("a"), key("gone")), (MUST_LINK, key("gone"), key("b"))])
    assert not matched(warehouse, *strangers())
    assert warehouse.links() == []


def test_what_a_source_states_joins_what_is_not_alike(warehouse: Warehouse) -> None:
    warehouse.state([(key("a"), key("b"))])
    assert matched(warehouse, *strangers()) == one("a", "b")


def test_a_statement_that_a_steward_contradicts_is_no_link_and_waits_for_review(warehouse: Warehouse) -> None:
    warehouse.state([(key("a"), key("b")), (key("b"), key("c"))])
    warehouse.decide([(MUST_NOT_LINK, key("a"), key("c"))])
    assert matched(warehouse, *strangers()) == one("a", "b")
    assert [row[:3] for row in warehouse.links()] == [(key("a"), key("b"), "merged_in_source")]
    assert [row[:3] for row in warehouse.review()] == [(key("b"), key("c"), "conflict")]


def test_a_doubtful_pair_waits_for_review_until_it_is_decided(warehouse: Warehouse) -> None:
    # the weight of the names and of the town they share is a little above nothing
    doubting = {"person": declared_model(PERSONS, match_rate=2e-6, threshold=0.9)}
    warehouse.hold([person(each, "anna", "muster", city="berlin") for each in "ab"])
    warehouse.match(doubting)
    assert not warehouse.together()
    assert [row[:3] for row in warehouse.review()] == [(key("a"), key("b"), "uncertain")]
    warehouse.decide([(MUST_NOT_LINK, key("b"), key("a"))])
    warehouse.match(doubting)
    assert (warehouse.links(), warehouse.review()) == ([], [])


def test_there_need_not_be_anyone(warehouse: Warehouse) -> None:
    assert not matched(warehouse)
    assert warehouse.result() == (set(), [], [])
