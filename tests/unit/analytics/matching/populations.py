"""Small populations in which much collides: households, namesakes, shared keys, gaps, contradictions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from pipelines.analytics.matching.comparisons import Kind
from pipelines.analytics.matching.model import Model
from pipelines.analytics.matching.organizations import ORGANIZATIONS
from pipelines.analytics.matching.persons import PERSONS
from tests.unit.analytics.matching.warehouse import Record, declared_model, key, organization, person

_HOME = {"street": "lindenallee4", "postal_code": "10115", "city": "berlin", "phone": "+493012345"}
_AWAY = {"street": "hauptstrasse9", "postal_code": "80331", "city": "muenchen", "phone": "+498967890"}
_OWN = {"first": "anna", "last": "muster", "born": "1980-02-01", "email": "anna.muster@web.de", "official_id": "P1"}

# a family of one house with father and son of one name, and someone who has little to do with them
PEOPLE: tuple[dict[str, Any], ...] = (
    _OWN | _HOME,
    {"first": "bernd", "last": "muster", "born": "1950-07-31", "email": "muster@web.de", "official_id": "P2"} | _HOME,
    {"first": "bernd", "last": "muster", "born": "1978-03-05", "email": "muster@web.de", "official_id": None} | _HOME,
    {"first": "daniel", "last": "meier", "born": None, "email": "d.meier@post.de", "official_id": "P3"} | _AWAY,
)
PERSON_VALUES: dict[str, list[Any]] = {
    "first": [None, "a", "ann", "anne", "bernd", "daniel", "daniela", "muster"],
    "last": [None, "anna", "meier", "meyer", "muster", "mustermann"],
    "born": [None, "1950-07-31", "1978-03-05", "1980-01-02", "1980-02-01"],
    "email": [None, "anna.muster@web.de", "anna.muster@post.de", "muster@web.de"],
    "is_email_shared": [True],
    "phone": [None, "+493012345", "+493012346", "+498967890"],
    "street": [None, "hauptstrasse9", "lindenallee4", "lindenallee5"],
    "postal_code": [None, "10115", "80331"],
    "city": [None, "berlin", "muenchen"],
    "official_id": [None, "P1", "P2", "P4"],
}
_TOWER = {"street": "turm1", "postal_code": "10115", "city": "berlin", "phone": "+493055555", "official_id": None}
COMPANIES: tuple[dict[str, Any], ...] = (
    {"called": "acme", "domain": "acme.com", "email": "info@acme.com"} | _TOWER,
    {"called": "acme trading", "domain": "acme.com", "email": "sales@acme.com"} | _TOWER,
    {"called": "bolt", "domain": "bolt.io", "email": "info@bolt.io"} | _TOWER | {"official_id": "R2"},
)
COMPANY_VALUES: dict[str, list[Any]] = {
    "called": [None, "acme", "acme trade", "bolt", "trading acme"],
    "domain": [None, "acme.com", "bolt.io"],
    "email": [None, "info@acme.com", "info@bolt.io"],
    "phone": [None, "+493055555", "+493055556"],
    "street": [None, "turm1", "turm2"],
    "city": [None, "berlin", "muenchen"],
    "official_id": [None, "R1", "R2"],
}

# of each sort of blocking rule some; the one that compares everyone would leave nothing to the others
_RULES = {"official_id", "email", "phone", "domain", "both_names", "name", "street", "birth_date_last_name", "mailbox"}
_COMMON = {"first_name": {"anna": 0.4, "bernd": 0.3}, "city": {"berlin": 0.4}}

NAMES = tuple(f"{number:02}" for number in range(18))
Population = dict[str, Record]


@st.composite
def _values(draw: st.DrawFn, templates: tuple[dict[str, Any], ...], values: dict[str, list[Any]]) -> dict[str, Any]:
    drawn = dict(draw(st.sampled_from(templates)))
    for field in draw(st.lists(st.sampled_from(sorted(values)), max_size=5, unique=True)):
        drawn[field] = draw(st.sampled_from(values[field]))
    return drawn


_some_person = _values(PEOPLE, PERSON_VALUES).map(lambda values: (person, values))
_some_company = _values(COMPANIES, COMPANY_VALUES).map(lambda values: (organization, values))
# persons, of which more is compared, twice as often
_someone = st.one_of(_some_person, _some_person, _some_company)


def _named(people: dict[str, Any]) -> Population:
    return {name: make(name, **values) for name, (make, values) in people.items()}


populations = st.dictionaries(st.sampled_from(NAMES), _someone, min_size=10).map(_named)
# name -> what is known of the record from now on; None: it is no more
changes = st.tuples(
    st.dictionaries(st.sampled_from(NAMES), _someone, max_size=4).map(_named),
    st.sets(st.sampled_from(NAMES), max_size=4),
)
_keys = st.sampled_from(NAMES).map(key)
pairs = st.tuples(_keys, _keys)
stated_pairs = st.lists(pairs, max_size=2)
decided_pairs = st.lists(
    st.tuples(st.sampled_from(["must_link", "must_not_link"]), _keys, _keys), max_size=3, unique_by=lambda it: it[1:]
)


def changed(population: Population, change: tuple[Population, set[str]]) -> Population:
    """Return the population after some came or changed and some went."""
    came, went = change
    return {name: record for name, record in (population | came).items() if name not in went}


def models() -> dict[str, Model]:
    """Return models that hold every veto, use the commonness of values, and let no more than three share a key.

    Their weights are a third of the declared ones, so that many pairs are in doubt.
    """
    return {kind.customer_type: _small(kind) for kind in (PERSONS, ORGANIZATIONS)}


def _small(kind: Kind) -> Model:
    declared = declared_model(kind, vetoed=0.01)
    u = {
        name: {label: m ** (2 / 3) * declared.u[name][label] ** (1 / 3) for label, m in levels.items()}
        for name, levels in declared.m.items()
    }
    return replace(
        declared,
        u=u,
        match_rate=0.004,
        threshold=0.8,
        max_block=3,
        rules=tuple(rule.name for rule in kind.rules if rule.name in _RULES),
        frequencies={column: values for column, values in _COMMON.items() if column in kind.frequencies},
        rare=dict.fromkeys(kind.frequencies, 0.2),
    )
