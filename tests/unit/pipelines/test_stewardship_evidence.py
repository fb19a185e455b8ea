"""What a steward sees of two records, what weights are called in words, and what decided pairs say about matching."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.stewardship.decisions import PINNABLE, PLACEHOLDERS, Decision
from pipelines.stewardship.evidence import compare
from pipelines.stewardship.labels import Label, Measured, measure
from pipelines.stewardship.queue import Decided
from pipelines.stewardship.words import Agreement, agreements, odds, share

ANN = {
    "first_name": "Ann", "last_name": "O'Lee", "email": "Ann.Lee+news@x.example", "phone": "(030) 123-4567",
    "phones": ["+49301234567"], "street": "Main Street 1", "city": "Berlin", "birth_date": date(1980, 5, 1),
    "modified_at": "2026-01-01 10:00:00",
}  # fmt: skip
ANNA = {
    "full_name": "Anna OLee", "email": "annlee@x.example", "emails": ["annlee@x.example", "other@x.example"],
    "phones": ["+49301234567"], "street": "MAIN STREET 7", "city": "Berlin", "modified_at": "2026-02-01 10:00:00",
}  # fmt: skip


def line(label: str) -> tuple:
    [found] = [each for each in compare(ANN, ANNA) if each.label == label]
    return found.left, found.mark, found.right


def test_each_line_shows_both_sides_and_whether_they_agree() -> None:
    assert line("name") == (("Ann O'Lee",), "~", ("Anna OLee",))
    assert line("e-mail") == (("Ann.Lee+news@x.example",), "~", ("annlee@x.example", "other@x.example"))
    # one number in two spellings is shown once, and is the same
    assert line("phone") == (("(030) 123-4567",), "=", ("+49301234567",))
    assert line("address") == (("Main Street 1", "Berlin"), "~", ("MAIN STREET 7", "Berlin"))
    assert line("birth date") == (("1980-05-01",), "", ())
    assert line("changed")[1] == ""


def test_lines_that_neither_record_fills_are_left_out() -> None:
    assert [each.label for each in compare(ANN, ANNA)] == [
        "name", "birth date", "e-mail", "phone", "address", "changed",
    ]  # fmt: skip


def test_the_differing_words_are_marked_and_nothing_is_where_one_side_is_silent() -> None:
    [address] = [each for each in compare(ANN, ANNA) if each.label == "address"]
    assert address.parts(address.left) == [[("Main", False), ("Street", False), ("1", True)], [("Berlin", False)]]
    assert address.parts(address.right)[0][2] == ("7", True)
    [birth] = [each for each in compare(ANN, ANNA) if each.label == "birth date"]
    assert birth.parts(birth.left) == [[("1980-05-01", False)]]


def test_levels_are_read_back_with_their_weights_in_words() -> None:
    found = agreements("first_name=nickname:+3.20;birth_date=other:-7.01;commonness=values:-1.50;")
    assert [(each.name, each.words, each.weight) for each in found] == [
        ("first name", "a short form of the other", 3.2),
        ("birth date", "different", -7.01),
        ("how common it is", "commoner than most", -1.5),
    ]
    assert agreements(None) == agreements("") == []
    assert Agreement("shoe_size", "two_off", 1.0).words == "two off"


@pytest.mark.parametrize(
    ("weight", "words"), [(3, "8.0 × for"), (-3, "8.0 × against"), (10, "1,024 × for"), (0.01, "even")]
)
def test_a_weight_in_bits_is_told_as_how_much_likelier(weight: float, words: str) -> None:
    assert odds(weight) == words


@pytest.mark.parametrize(("weight", "probability"), [(0, 0.5), (1, 2 / 3), (-1, 1 / 3), (5000, 1), (-5000, 0)])
def test_a_total_weight_is_a_probability(weight: float, probability: float) -> None:
    assert share(weight) == pytest.approx(probability)


def decision(kind: str, first: str, second: str, expires_on: date | None = None) -> Decision:
    return Decision(kind, "ann", "x", first, second, expires_on=expires_on)


def test_a_pair_is_decided_by_its_own_row_and_by_what_rows_say_together() -> None:
    day = date(2026, 2, 1)
    decided = Decided(
        [
            decision("must_link", "a", "b"), decision("must_link", "b", "c"), decision("must_not_link", "c", "x"),
            decision("must_link", "x", "y"), decision("must_link", "p", "q", date(2026, 1, 31)),
        ],
        day,
    )  # fmt: skip
    assert [pair in decided for pair in (("a", "c"), ("a", "y"), ("y", "b"))] == [True, True, True]
    assert [pair in decided for pair in (("a", "z"), ("p", "q"), ("z", "x"))] == [False, False, False]


def label(first: str, second: str, is_one: bool, kind: str = "person") -> Label:
    return Label((first, second), kind, is_one)


def test_precision_and_recall_are_counted_on_decided_pairs_of_each_type() -> None:
    known = [
        label("a", "b", True), label("a", "c", True), label("a", "d", True), label("a", "e", False),
        label("a", "f", False), label("a", "g", True), label("k", "l", False, "organization"),
    ]  # fmt: skip
    probabilities = {("a", "b"): 0.9, ("a", "c"): 0.8, ("a", "d"): 0.1, ("a", "e"): 0.95, ("a", "f"): 0.0}
    found = measure(known, probabilities, {"person": 0.8, "organization": 0.5})
    person = found["person"]
    assert person == Measured(found=2, missed=1, wrong=1, avoided=1, unscored=1)
    assert (person.precision, person.recall) == (2 / 3, 2 / 3)
    assert person.words == "precision 0.667, recall 0.667 on 5 decided pairs (1 more were not scored)"
    assert found["organization"].words == "not measured: no decided pair has been scored"


def test_nothing_is_measured_without_labels_and_precision_is_not_known_where_nothing_is_linked() -> None:
    assert measure([], {}, {}) == {}
    only_missed = Measured(missed=3)
    assert (only_missed.precision, only_missed.recall) == (None, 0)
    assert only_missed.words == "precision not measured, recall 0.000 on 3 decided pairs"


def test_placeholders_are_of_the_kinds_that_matching_knows() -> None:
    from ruamel.yaml import YAML

    from pipelines.settings import DBT_PROJECT

    seed = YAML(typ="safe").load((DBT_PROJECT / "seeds" / "placeholder_values.yml").read_text())["seeds"][0]
    [kinds] = [column for column in seed["columns"] if column["name"] == "key_type"]
    assert set(PLACEHOLDERS) == set(kinds["data_tests"][0]["accepted_values"]["arguments"]["values"])


def test_what_can_be_pinned_is_a_column_of_a_customer() -> None:
    from ruamel.yaml import YAML

    from pipelines.settings import DBT_PROJECT

    model = YAML(typ="safe").load((DBT_PROJECT / "models" / "core" / "dim_customers.yml").read_text())["models"][0]
    assert set(PINNABLE) <= {column["name"] for column in model["columns"]}
