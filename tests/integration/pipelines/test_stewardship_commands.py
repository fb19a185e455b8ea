"""The commands of stewards over a home that a run has left: what they show, and what they write."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.stewardship import matcher
from pipelines.stewardship.files import COLUMNS
from tests.integration.pipelines.stewards import ACME, ANN, ANNA, BOB, BOBBY, Home, built_home

pytestmark = pytest.mark.slow

BEGAN = date.today()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = built_home(tmp_path)
    for name in ("CRM_CONFIG", "CRM_STEWARDSHIP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CRM_HOME", str(tmp_path))
    monkeypatch.setenv("CRM_LAKE_CATALOG", home.settings.lake_catalog)
    return home


def run(*words: str, answers: str = "") -> Result:
    return CliRunner().invoke(app, ["identity", *words], input=answers)


def rows(home: Home, name: str) -> list[list[str]]:
    path = home.folder / f"{name}.csv"
    return list(csv.reader(path.open()))[1:] if path.exists() else []


def decided_today(home: Home, name: str) -> list[list[str]]:
    """The decisions of a file without their day, which midnight may change between the question and the answer."""
    found = rows(home, name)
    assert all(BEGAN <= date.fromisoformat(row[4]) <= date.today() for row in found)
    return [row[:4] + row[5:] for row in found]


def flat(text: str) -> str:
    return " ".join(text.split())


# the queue, dearest first: 5,900.50 bob and acme, 900.50 bob and bobby, 140 ann and bobby, 140 ann and anna


def test_the_queue_comes_dearest_first_with_its_evidence_and_answers_are_written(home: Home) -> None:
    shown = run("review", "--author", "cy", answers="s\nr\nnot his phone\nq\n")
    assert shown.exit_code == 0, shown.output
    assert [shown.output.index(f"{n} of 4 ·") for n in (1, 2, 3)] == sorted(
        shown.output.index(f"{n} of 4 ·") for n in (1, 2, 3)
    )
    second = flat(shown.output.split("2 of 4 ·")[1].split("3 of 4 ·")[0])
    assert second.startswith("too alike to tell apart, not alike enough to join · 74.0% · 900.50 EUR at stake")
    assert "│ name │ Bobby Stone │ ~ │ Bob Stone │" in second
    assert "│ phone │ 030 777777 │ = │ +49 30 777777 │" in second
    assert "│ e-mail │ b.stone+shop@y.example │ ≠ │ bob@y.example │" in second
    assert "first name │ a short form of the other │ │ +3.20 9.2 × for" in second
    assert decided_today(home, "must_not_link") == [[BOBBY, BOB, "cy", "not his phone", ""]]
    assert rows(home, "must_link") == []
    assert "0 joined, 1 kept apart, 1 skipped; 4 pairs were waiting." in shown.output


def test_a_decided_pair_does_not_come_again_nor_does_what_follows_from_it(home: Home) -> None:
    run("review", answers="s\na same man\n")
    left = run("review", answers="")
    assert "1 of 3 ·" in left.output and "Bobby Stone" not in left.output.split("2 of 3 ·")[0]
    # ann is not bob, so she is not bobby either; and both of ann's records are one
    home.write("must_not_link", f"{ANN},{BOB},ann,x,,")
    home.write("must_link", f"{BOB},{BOBBY},ann,x,,", f"{ANN},{ANNA},ann,x,,")
    last = run("review", answers="")
    assert "1 of 1 ·" in last.output and "Acme [EU] Ltd" in last.output


def test_an_expired_decision_is_asked_again(home: Home) -> None:
    home.write("must_not_link", f"{BOBBY},{BOB},ann,x,,2020-01-01")
    assert "of 4 ·" in run("review", answers="").output


def test_a_reason_is_asked_until_there_is_one_and_the_end_of_the_answers_ends_the_review(home: Home) -> None:
    shown = run("review", answers="a\n\n\nthey called together\na\n")
    assert shown.exit_code == 0
    [row] = rows(home, "must_link")
    assert row[3] == "they called together"
    assert shown.output.count("A reason is needed") == 2


def test_an_answer_that_contradicts_what_stands_is_refused_with_the_way_and_asked_again(home: Home) -> None:
    home.warehouse(f"delete from matching.review where record_key <> '{ANN}' or other_record_key <> '{BOBBY}'")
    # not decided by the rows alone, until it is accepted
    home.write("must_link", f"{ANN},{ANNA},ann,x,,")
    home.write("must_not_link", f"{ANNA},{BOB},ann,x,,")
    shown = run("review", "--author", "cy", answers="maybe\na same\n")
    assert rows(home, "must_link")[-1][:3] == [BOBBY, ANN, "cy"]
    home.write("must_link", f"{ANN},{ANNA},ann,x,,", f"{BOB},{BOBBY},ann,x,,")
    home.write("must_not_link", f"{ANNA},{BOB},ann,x,,")
    shown = run("review", answers="a same\n")
    assert "of 1 ·" not in shown.output  # the rows decide it


def test_the_author_is_gits_user_of_the_folder(home: Home) -> None:
    import subprocess

    home.write("must_link")
    subprocess.run(["git", "init", "-q", str(home.folder)], check=True)
    subprocess.run(["git", "-C", str(home.folder), "config", "user.name", "Dee Git"], check=True)
    run("review", answers="r two people\n")
    assert rows(home, "must_not_link")[0][2] == "Dee Git"


def test_the_queue_goes_to_a_file_and_its_decisions_come_back(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "queue.csv"
    shown = run("review", "--export", str(file))
    assert shown.exit_code == 0 and "Wrote 4 pairs" in shown.output
    found = list(csv.DictReader(file.open()))
    assert [each["revenue_at_stake"] for each in found] == ["5900.50", "900.50", "140.00", "140.00"]
    bob = found[1]
    assert (bob["name"], bob["other name"], bob["decision"], bob["customer_id"]) == (
        "Bobby Stone", "Bob Stone", "", "c3",
    )  # fmt: skip
    assert bob["compared"].startswith("first name a short form of the other (+3.2); phone the same (+6.0)")
    found[1] |= {"decision": "Accept", "reason": "same phone"}
    found[2] |= {"decision": "reject", "reason": "other name", "author": "bea"}
    with file.open("w", newline="") as written:
        writer = csv.DictWriter(written, found[0])
        writer.writeheader()
        writer.writerows(found)
    back = run("review", "--import", str(file), "--author", "cy")
    assert "2 decisions written" in back.output, back.output
    assert decided_today(home, "must_link") == [[BOBBY, BOB, "cy", "same phone", ""]]
    assert decided_today(home, "must_not_link") == [[BOBBY, ANN, "bea", "other name", ""]]
    again = run("review", "--import", str(file), "--author", "cy")
    assert "0 decisions written" in again.output and "2 known before" in flat(again.output)


def test_a_file_with_one_wrong_row_is_refused_whole(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "queue.csv"
    file.write_text(
        "decision,reason,record_key,other_record_key\n"
        f"a,x,{BOB},{BOBBY}\nmaybe,x,{ANN},{BOB}\nr,,{ANN},{BOB}\n,,{ANN},{ACME}\n"
    )
    shown = run("review", "--import", str(file))
    assert shown.exit_code == 1
    assert "queue.csv:3: 'maybe' is no decision. Write accept" in flat(shown.output)
    assert "queue.csv:4: the reason is missing" in flat(shown.output)
    file.write_text(f"decision,reason,record_key,other_record_key\na,x,{BOB},{BOBBY}\nr,y,{BOBBY},{BOB}\n")
    contradicting = run("review", "--import", str(file))
    assert "must not be one customer, but these rows join them" in flat(contradicting.output)
    assert rows(home, "must_link") == rows(home, "must_not_link") == []


def test_a_review_leaves_the_warehouse_free_while_it_waits_for_answers(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines.cli import show_identity

    asked = []

    def ask(question: str) -> None:
        with duckdb.connect(str(home.settings.warehouse)) as connection:
            asked.append(connection.execute("create or replace table written as select 1 as one").fetchall())

    monkeypatch.setattr(show_identity, "_ask", ask)
    assert run("review").exit_code == 0
    assert len(asked) == 1


def test_before_the_first_run_the_commands_say_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CRM_HOME", str(tmp_path))
    monkeypatch.delenv("CRM_LAKE_CATALOG", raising=False)
    for words in (["review"], ["history", "c1"], ["explain", ANN, BOB], ["what-if"]):
        shown = run(*words)
        assert shown.exit_code == 1 and "Run `crm-warehouse run` first" in flat(shown.output), words


def test_decisions_are_listed_with_their_status_and_what_is_worth_a_look(home: Home) -> None:
    home.write("must_link", f"{BOB},{BOBBY},ann,same voice,,", f"{ANN},shoe|contacts|77,ann,x,,")
    home.write("must_not_link", f"{ANN},{ANNA},bea,twins,2026-01-01,2020-01-01", f"{ANN},{ANNA},cy,two people,,")
    shown = run("decisions")
    assert shown.exit_code == 1 and "there is no source 'shoe'; did you mean 'shop'?" in flat(shown.output)
    home.write("must_link", f"{BOB},{BOBBY},ann,same voice,,", f"{ANN},mapped|shop|contacts|77,ann,x,,")
    shown = flat(run("decisions").output)
    assert "│ active │ must link │" in shown and "│ vanished │ must link │" in shown
    assert "! " in shown and "mapped|shop|contacts|77 cannot be found in any source" in shown
    assert "is kept apart although the sources say otherwise" in shown


def explanation(probability: float = 0.74, **given: Any) -> Any:
    compared = [("first_name", "nickname", 3.0, "Bob", "Bobby"), ("phone", "exact", 6.0, ["+4930777777"], None)]
    return SimpleNamespace(
        prior_weight=-7.5, comparisons=compared, probability=probability, threshold=0.9, vetoes=(), **given
    )


def test_a_pair_is_explained_in_words_that_add_up(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(matcher, "explain", lambda settings, pairs: [explanation() for _ in pairs])
    monkeypatch.setattr(matcher, "chart_html", lambda found: f"<html>{found.threshold}</html>")
    home.write("must_not_link", f"{BOB},{BOBBY},ann,father and son,,")
    shown = run("explain", "c2", BOBBY, "--chart", str(tmp_path / "why.html"))
    text = flat(shown.output)
    assert shown.exit_code == 0, shown.output
    assert "│ before comparing │ │ │ │ -7.50 │ 181 × against │ 0.55% │" in text
    assert "│ first name │ a short form of the other │ Bob │ Bobby │ +3.00 │ 8.0 × for │ 4.23% │" in text
    assert "+6.00 │ 64 × for │ 73.88% │" in text
    assert "Probability 74.00%; from 90.00% on a pair is linked: not enough." in text
    assert "Steward ann: they must not be one customer. father and son" in text
    assert "Today they are two customers: c2 and c3." in text
    assert (tmp_path / "why.html").read_text() == "<html>0.9</html>"


def test_records_of_one_customer_are_explained_with_the_links_between(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matcher, "explain", lambda settings, pairs: [explanation(0.3) for _ in pairs])
    text = flat(run("explain", ANN, ANNA).output)
    assert "Today they are one customer, c1, by these links:" in text
    assert f"{ANN} = {ANNA}: the lead was converted into the other" in text


def test_two_customers_are_explained_by_the_likeliest_pair_of_their_records(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def explain(settings: Any, pairs: list[tuple[str, str]]) -> list[Any]:
        asked.extend(pairs)
        return [explanation(0.6 if pair[0] == ANNA else 0.1) for pair in pairs]

    monkeypatch.setattr(matcher, "explain", explain)
    text = run("explain", "c1", "c2").output
    assert sorted(asked) == [(ANNA, BOB), (ANN, BOB)]  # no run has weighed them
    assert "The likeliest of 2 pairs" in text and ANNA in text


def test_an_unknown_record_or_customer_is_named(home: Home) -> None:
    assert "'c99' is no customer id that was ever handed out" in flat(run("explain", "c99", BOB).output)
    assert "cannot be found in any source" in flat(run("explain", "mapped|shop|leads|404", BOB).output)
    assert "are the same record" in flat(run("explain", BOB, "c2").output)


def test_what_decisions_would_change_is_counted_in_customers_records_and_money(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = []

    def foresee(settings: Any, decisions: list, threshold: float | None) -> pa.Table:
        given.append((sorted(each.kind for each in decisions), threshold))
        # bob becomes bobby, acme becomes ann, anna leaves her for an id of her own
        then = {ANN: "c1", ANNA: "c9", BOB: "c3", BOBBY: "c3", ACME: "c1"}
        now = {ANN: "c1", ANNA: "c1", BOB: "c2", BOBBY: "c3", ACME: "c5"}
        return pa.table(
            {"record_key": list(now), "customer_id_now": list(now.values()), "customer_id_then": [*then.values()]}
        )

    monkeypatch.setattr(matcher, "foresee", foresee)
    home.write("must_not_link", f"{ANN},{ANNA},ann,twins,,", f"{ANN},{BOB},ann,over,,2020-01-01")
    before = {path: path.read_bytes() for path in home.folder.iterdir()}
    shown = run("what-if", "--must-link", "c2", BOBBY, "--threshold", "0.8")
    text = flat(shown.output)
    assert shown.exit_code == 0, shown.output
    assert given == [(["must_link", "must_not_link"], 0.8)]
    assert "│ split │ c1 │ c9 │ Ann Lee │ 1 │ 1 │ 40.00 │" in text
    assert "│ merge │ c2 │ c3 │ Bob Stone │ 1 │ 1 │ 900.50 │" in text
    # the order goes with acme, its account, though bob is its contact
    assert "│ merge │ c5 │ c1 │ Acme [EU] Ltd │ 1 │ 1 │ 5,000.00 │" in text
    assert "2 merges, 1 split, 0 moves: 4 customers would be 3, 3 records and 5,940.50 EUR (98.3% of" in text
    assert {path: path.read_bytes() for path in home.folder.iterdir()} == before
    assert home.lake("select count(*) from lake.identity.decisions") == [(0,)]


def test_a_contradicting_assumption_is_refused(home: Home) -> None:
    home.write("must_link", f"{BOB},{BOBBY},ann,x,,")
    shown = run("what-if", "--must-not-link", "c3", "c2")
    assert shown.exit_code == 1
    assert "must not be one customer, but these rows join them" in flat(shown.output)


def test_another_folder_can_be_tried(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given: list = []

    def foresee(settings: Any, decisions: list, threshold: float | None) -> pa.Table:
        given.extend(decisions)
        return pa.table({"record_key": [BOB], "customer_id_now": ["c2"], "customer_id_then": ["c2"]})

    monkeypatch.setattr(matcher, "foresee", foresee)
    other = tmp_path / "draft"
    other.mkdir()
    (other / "must_link.csv").write_text(f"{','.join(COLUMNS['must_link'])}\n{BOB},{BOBBY},ann,x,,\n")
    shown = run("what-if", "--stewardship", str(other))
    assert "Nothing would change" in shown.output
    assert [each.keys for each in given] == [(BOBBY, BOB)]


def test_the_life_of_an_id_is_told_and_who_answers_for_it_today(home: Home) -> None:
    def event(day: str, run_id: str, kind: str, own: str, other: str | None, key: str) -> str:
        system, instance, entity, record = key.split("|", 3)
        values = (kind, own, other, system, instance, entity, record)
        quoted = ", ".join("null" if value is None else f"'{value}'" for value in values)
        return (
            "insert into lake.identity.events (event_type, customer_id, other_customer_id, source_system,"
            f" source_instance, entity, source_record_id, as_of, run_id) values ({quoted}, date '{day}', '{run_id}')"
        )

    from sources.lake import Lake

    with Lake(home.settings.lake) as lake:
        for each in (
            event("2026-01-01", "r1", "created", "c0", None, ANN),
            event("2026-01-02", "r2", "joined", "c0", None, ANNA),
            event("2026-01-03", "r3", "merged", "c0", "c00", ANN),
            event("2026-01-04", "r4", "merged", "c00", "c1", ANN),
            event("2026-01-05", "r5", "split", "c0", "c7", BOB),
            event("2026-01-05", "r5", "retired", "c7", None, BOB),
        ):
            lake.connection.execute(each)
    lines = [flat(line) for line in run("history", "c0").output.splitlines()]
    assert lines == [
        f"2026-01-01 born with {ANN} run r1",
        f"2026-01-02 joined by {ANNA} run r2",
        "2026-01-03 merged into c00, which answers for it from then on run r3",
        f"2026-01-05 split: {BOB} left for c7, an id of its own run r5",
        "Today c00 → c1 answers for c0.",
        "c1 has 2 records:",
        ANNA,
        ANN,
    ]
    taken = flat(run("history", "c1").output)
    assert "took over c00 run r4" in taken and "answers for" not in taken
    gone = flat(run("history", "c7").output)
    assert f"parted from c0 with {BOB}" in gone and "c7 has no record any more" in gone
    assert "no customer id that was ever handed out" in flat(run("history", "c404").output)
