"""The stewards' files in the lake: written where they differ, followed when rows go, reported when records do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.stewardship.files import StewardshipError
from pipelines.stewardship.notices import notices
from sources.lake import Lake
from tests.integration.pipelines.stewards import ACME, ANN, ANNA, BOB, BOBBY, DAY, Home, new_home

pytestmark = pytest.mark.slow

SHOWN = "select kind, record_key, other_record_key, status, run_id from lake.identity.decisions order by all"
SNAPSHOTS = "select count(*) from lake.snapshots()"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = new_home(tmp_path)
    home.assign((ANN, "c1"), (ANNA, "c1"), (BOB, "c2"), (BOBBY, "c3"))
    return home


def test_rows_are_written_once_and_removed_rows_leave(home: Home) -> None:
    home.write("must_link", f"{BOB},{BOBBY},ann,same voice,2026-01-05,")
    home.write("pinned_values", "emea|contacts|1,email,a@b.example,bo,she said so,,")
    home.write("placeholder_values", "phone,+49000,ann,nobody's,,")
    assert home.record("r1") == 3
    snapshots = home.lake(SNAPSHOTS)
    assert home.record("r2") == 0
    assert home.lake(SNAPSHOTS) == snapshots
    row = home.lake("from lake.identity.decisions where kind = 'pinned_value'")[0]
    assert row[1:] == (
        "pinned_value", ANN, None, "email", "a@b.example", "bo", "she said so", None, None, "active", "r1",
    )  # fmt: skip
    home.write("pinned_values")
    home.write("must_link", f"{BOB},{BOBBY},ann,same voice and face,2026-01-05,")
    assert home.record("r3") == 2
    assert home.lake(SHOWN) == [
        ("must_link", BOBBY, BOB, "active", "r3"),
        ("placeholder_value", None, None, "active", "r1"),
    ]


def test_a_decision_expires_by_the_day_the_run_speaks_of(home: Home) -> None:
    home.write("must_link", f"{BOB},{BOBBY},ann,x,,2026-02-01")
    home.record("r1", date(2026, 2, 1))
    assert home.lake(SHOWN)[0][3:] == ("active", "r1")
    home.record("r2", date(2026, 2, 2))
    assert home.lake(SHOWN)[0][3:] == ("expired", "r2")


def test_a_decision_whose_record_is_gone_is_kept_and_applies_again_when_it_returns(home: Home) -> None:
    newcomer = "mapped|shop|contacts|9|DE"
    home.write("must_link", f"{ANN},{newcomer},ann,x,,")
    home.record("r1")
    assert home.lake(SHOWN) == [("must_link", newcomer, ANN, "vanished", "r1")]
    home.land("mapped.contacts", "other_shop", "9|DE")
    assert home.record("r2") == 0
    # it came in tonight, and has no customer yet
    home.land("mapped.contacts", "shop", "9|DE")
    home.record("r3")
    assert home.lake(SHOWN) == [("must_link", newcomer, ANN, "active", "r3")]


def test_a_record_is_found_in_a_log_of_another_name_than_its_entity(home: Home) -> None:
    home.write("must_link", f"{ANN},emea|contacts|0035,ann,x,,")
    home.land("salesforce.contact", "emea", "0035")
    assert [each.status for each in home.read()[0]] == ["active"]


def test_a_record_that_left_its_customer_is_gone(home: Home) -> None:
    gone = "salesforce|emea|contacts|77"
    home.assign((gone, "c9"), is_current=False)
    home.write("must_not_link", f"{ANN},{gone},ann,x,,")
    [standing], _ = home.read()
    assert (standing.status, standing.missing) == ("vanished", (gone,))


def test_a_source_that_is_no_longer_configured_is_still_known_by_name(home: Home) -> None:
    home.assign(("mapped|legacy|contacts|1", "c4"))
    home.write("must_link", f"legacy|contacts|1,{ANN},ann,x,,")
    assert home.record("r1") == 1


def test_a_contradiction_leaves_the_lake_as_it_was(home: Home) -> None:
    home.write("must_link", f"{BOB},{BOBBY},ann,x,,")
    home.record("r1")
    home.write("must_not_link", f"{BOBBY},{BOB},bo,y,,")
    with pytest.raises(StewardshipError, match=r"must_not_link.csv:2 \(bo\).*\n.*must_link.csv:2 \(ann\)"):
        home.record("r2")
    assert home.lake(SHOWN) == [("must_link", BOBBY, BOB, "active", "r1")]


def remarks(home: Home) -> list[str]:
    decisions, _ = home.read(DAY)
    with Lake(home.settings.lake) as lake:
        return notices(lake.connection, decisions, home.settings.warehouse)


def test_what_has_no_effect_and_what_goes_against_the_sources_is_told(home: Home) -> None:
    home.assign((ACME, "c5"), customer_type="organization")
    home.write("must_link", f"{ANN},{ACME},ann,x,,", f"{BOB},shop|leads|99,ann,x,,")
    home.write("must_not_link", f"{ANN},{BOBBY},ann,two people,,", f"{ANN},{BOB},ann,x,,")
    home.write("pinned_values", f"{ANN},email,a@b.c,ann,x,,", f"{ANNA},email,d@e.f,ann,x,,", f"{BOB},email,g,ann,x,,")
    home.warehouse(
        "create schema intermediate",
        "create table intermediate.int_customers__links as select * from (values"
        f" ('{ANN}', '{ANNA}', 'merged_in_source', 1.0), ('{BOBBY}', '{ANNA}', 'lead_conversion', 1.0),"
        f" ('{ANN}', '{BOB}', 'model', 0.9)) as v(record_key, other_record_key, rule, weight)",
    )
    vanished, kinds, pins, against = remarks(home)
    assert "must_link.csv:3 (ann): mapped|shop|leads|99 cannot be found" in vanished
    assert "must_link.csv:2 (ann): one record is a person" in kinds
    assert "pinned_values.csv:2 (ann): pins email to 'a@b.c', but" in pins and "customer c1" in pins
    assert "must_not_link.csv:2 (ann): is kept apart although" in against
    assert f"{BOBBY}: the source merged them" not in against
    assert f"{ANNA} and {BOBBY}: the lead was converted" in against or f"{BOBBY} and {ANNA}: the lead" in against


def test_there_is_nothing_to_tell_of_decisions_that_apply_and_no_warehouse_is_needed(home: Home) -> None:
    home.write("must_not_link", f"{ANN},{BOB},ann,x,,")
    assert remarks(home) == []


def test_active_pairs_are_labels_of_matching(home: Home) -> None:
    from pipelines.stewardship.labels import Label, labels

    home.write("must_link", f"{BOB},{BOBBY},ann,x,,", f"{ANN},mapped|shop|leads|99,ann,x,,")
    home.write("must_not_link", f"{ANN},{BOB},ann,x,,", f"{ANNA},{BOB},ann,x,,2026-01-01")
    home.record("r1")
    with Lake(home.settings.lake) as lake:
        found = labels(lake.connection)
    assert sorted(found, key=lambda each: each.pair) == [
        Label((BOBBY, BOB), "person", True),
        Label((ANN, BOB), "person", False),
    ]


def test_a_run_says_how_many_decisions_wait_for_a_record(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    from pipelines.cli import show_identity
    from pipelines.stewardship.notices import vanished_count

    show_identity.vanished(vanished_count(home.settings))
    assert capsys.readouterr().out == ""
    home.write("must_link", f"{ANN},mapped|shop|leads|99,ann,x,,", f"{ANN},{BOB},ann,x,,")
    home.record("r1")
    show_identity.vanished(vanished_count(home.settings))
    assert "1 decision cannot apply: a record is gone" in capsys.readouterr().out
