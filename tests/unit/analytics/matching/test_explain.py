"""An explanation says what the links say: the same weights, and every contradiction by its name."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from pipelines.analytics.matching.explain import Explanation, chart_html, explain
from pipelines.analytics.matching.model import Model
from pipelines.analytics.matching.organizations import ORGANIZATIONS
from pipelines.analytics.matching.persons import PERSONS
from sources.errors import CrmWarehouseError
from tests.unit.analytics.matching.warehouse import Warehouse, declared_model, key, organization, person

HOME: dict[str, Any] = {"street": "lindenallee4", "postal_code": "10115", "city": "berlin", "phone": "+493012345"}
MODELS: dict[str, Model] = {
    "person": declared_model(
        PERSONS,
        vetoed=0.01,
        frequencies={"first_name": {"anna": 0.03}, "city": {"berlin": 0.2}},
        rare={"first_name": 0.0004, "last_name": 0.0001, "city": 0.001},
    ),
    "organization": declared_model(ORGANIZATIONS, vetoed=0.01),
}


def explained(warehouse: Warehouse, left: str, right: str) -> Explanation:
    return explain(warehouse.connection, MODELS, key(left), key(right))


def levels(explanation: Explanation) -> dict[str, str]:
    return {name: level for name, level, *_ in explanation.comparisons}


@pytest.mark.parametrize("turned", [False, True])
def test_the_weights_of_an_explanation_add_up_to_the_weight_of_the_link(warehouse: Warehouse, turned: bool) -> None:
    warehouse.hold(
        [
            person("a", "anna", "muster", born="1980-02-01", email="am@web.de", city="berlin"),
            person("b", "anna", "muster", born="1980-02-01", phone="+491", city="berlin", street="turm1"),
            organization("c", "acme", domain="acme.com"),
            organization("d", "acme", domain="acme.com"),
        ]
    )
    warehouse.match(MODELS)
    linked = warehouse.rows("select record_key, other_record_key, weight, probability from matching.links")
    weights = {(row[0], row[1]): row[2:] for row in linked}
    assert weights.keys() == {(key("a"), key("b")), (key("c"), key("d"))}
    for (left, right), (weight, probability) in weights.items():
        pair = (right, left) if turned else (left, right)
        told = explain(warehouse.connection, MODELS, *pair)
        assert told.prior_weight + sum(each[2] for each in told.comparisons) == pytest.approx(weight, abs=1e-6)
        assert told.probability == pytest.approx(probability, abs=1e-9)
        assert told.vetoes == ()


def test_an_explanation_names_what_is_known_of_both_with_its_values(warehouse: Warehouse) -> None:
    warehouse.hold(
        [
            person("a", "anna", "muster", email="am@web.de", **HOME),
            person("b", "anne", "muster", born="1980-02-01", **HOME | {"street": "turm1"}),
        ]
    )
    told = explained(warehouse, "a", "b")
    assert [(name, level, left, right) for name, level, _, left, right in told.comparisons] == [
        ("first_name", "close", "anna", "anne"),
        ("last_name", "exact", "muster", "muster"),
        ("phone", "exact", ["+493012345"], ["+493012345"]),
        ("address", "postal_code", "lindenallee4, 10115, berlin", "turm1, 10115, berlin"),
    ]


def test_a_contradiction_is_named(warehouse: Warehouse) -> None:
    known = HOME | {"email": "am@web.de"}
    warehouse.hold(
        [
            person("a", "bernd", "muster", born="1950-07-31", official_id="P1", **known),
            person("b", "bernd", "muster", born="1978-03-05", official_id="P77", **known),
        ]
    )
    told = explained(warehouse, "a", "b")
    assert told.probability > told.threshold
    assert told.vetoes == ("the birth date contradicts: other", "the official id contradicts: other")


def test_a_contradiction_that_something_makes_good_is_none(warehouse: Warehouse) -> None:
    known = HOME | {"email": "am@web.de", "born": "1980-02-01"}
    warehouse.hold([person(each, "anna", "muster", official_id=f"{each}77", **known) for each in ("aa", "bb")])
    told = explained(warehouse, "aa", "bb")
    assert levels(told)["official_id"] == "other"
    assert told.vetoes == ()


def test_that_only_what_households_share_agrees_is_named(warehouse: Warehouse) -> None:
    warehouse.hold([person("a", "anna", "muster", **HOME), person("b", None, "muster", **HOME)])
    told = explained(warehouse, "a", "b")
    assert levels(told) == {"last_name": "exact", "phone": "exact", "address": "exact"}
    assert told.vetoes == ("nothing that only one member of a household, or one tenant of a house, would have agrees",)


def test_what_cannot_be_explained_is_refused_in_words(warehouse: Warehouse) -> None:
    warehouse.hold([person("a", "anna"), organization("b", "acme")])
    with pytest.raises(CrmWarehouseError, match=r"no record crm\|one\|contacts\|z"):
        explained(warehouse, "a", "z")
    with pytest.raises(CrmWarehouseError, match=r"contacts\|b is an organization"):
        explained(warehouse, "a", "b")
    with pytest.raises(CrmWarehouseError, match="crm-warehouse run"):
        explain(warehouse.connection, {}, key("a"), key("a"))


@pytest.mark.slow
def test_the_chart_names_every_comparison_and_needs_no_network(warehouse: Warehouse) -> None:
    warehouse.hold(
        [
            person("a", "anna", "muster", born="1980-02-01", email="am@web.de", official_id="P1", **HOME),
            person("b", "anna", "muster", born="1980-02-01", email="am@web.de", official_id="P1", **HOME),
        ]
    )
    told = explained(warehouse, "a", "b")
    page = chart_html(told)
    assert len(told.comparisons) == len(PERSONS.comparisons)
    assert all(f'"{each.name}"' in page for each in PERSONS.comparisons)
    assert loaded_by(page) == []
    # scripts could load more: what addresses are left in them are names of formats and a hint to their documentation
    assert set(re.findall(r"https?://([^/\s\"'`]+)", page)) <= {"www.w3.org", "vega.github.io", "github.com"}


def loaded_by(page: str) -> list[str]:
    """Return the addresses that a browser loads to show the page."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag != "a":
                found.extend(value for name, value in attrs if name in ("src", "href", "srcset", "data") and value)

    Reader().feed(page)
    return found
