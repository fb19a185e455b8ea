"""What a steward may write: accepted rows, and the message for each that is not, with its file, line and remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.settings import Settings
from pipelines.stewardship.decisions import Decision, load, standing
from pipelines.stewardship.files import COLUMNS, StewardshipError, append, create_missing
from pipelines.stewardship.keys import Instances, UnreadableKeyError, full_key

INSTANCES = Instances.of(
    [("salesforce", "emea"), ("mapped", "shop"), ("mapped", "crm"), ("salesforce", "crm")], ("salesforce", "mapped")
)
HEADERS = {name: ",".join(columns) for name, columns in COLUMNS.items()}


def write(folder: Path, name: str, *lines: str, header: str | None = None, encoding: str = "utf-8") -> Path:
    path = folder / f"{name}.csv"
    path.write_text("\n".join([header or HEADERS[name], *lines]) + "\n", encoding=encoding)
    return path


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(StewardshipError) as caught:
        load(folder, INSTANCES)
    return [each.removeprefix(f"{folder}/") for each in caught.value.mistakes]


def test_missing_files_are_made_with_a_header_and_nothing_else_and_others_are_left_alone(tmp_path: Path) -> None:
    kept = write(tmp_path, "must_link", "emea|contacts|1,emea|contacts|2,ann,same e-mail,,")
    before = kept.read_bytes()
    made = create_missing(tmp_path)
    assert sorted(each.name for each in made) == ["must_not_link.csv", "pinned_values.csv", "placeholder_values.csv"]
    assert (tmp_path / "placeholder_values.csv").read_text() == "attribute,value,author,reason,decided_on,expires_on\n"
    assert kept.read_bytes() == before
    assert len(load(tmp_path, INSTANCES)) == 1


def test_a_folder_without_files_holds_no_decisions(tmp_path: Path) -> None:
    assert load(tmp_path / "none", INSTANCES) == []


def test_every_kind_is_read_with_its_columns_in_any_order(tmp_path: Path) -> None:
    write(tmp_path, "must_link", "shop|contacts|9,emea|contacts|1,ann,same person,2026-01-05,2026-12-31")
    write(
        tmp_path,
        "pinned_values",
        'bo,"asked by phone, twice",emea|accounts|7,email,a@b.example,,',
        header="author,reason,record_key,attribute,value,decided_on,expires_on",
        encoding="utf-8-sig",
    )
    write(tmp_path, "placeholder_values", "phone,+49 000,ann,typed to get past a form,,")
    link, pin, placeholder = load(tmp_path, INSTANCES)
    assert (link.record_key, link.other_record_key) == ("mapped|shop|contacts|9", "salesforce|emea|contacts|1")
    assert (link.decided_on, link.expires_on, link.line) == (date(2026, 1, 5), date(2026, 12, 31), 2)
    assert (pin.kind, pin.record_key, pin.value) == ("pinned_value", "salesforce|emea|accounts|7", "a@b.example")
    assert pin.reason == "asked by phone, twice"
    assert (placeholder.kind, placeholder.attribute, placeholder.keys) == ("placeholder_value", "phone", ())


@pytest.mark.parametrize(
    ("name", "row", "words"),
    [
        ("must_link", "emea|contacts|1,emea|contacts|2,,x,,", "the author is missing"),
        ("must_link", "emea|contacts|1,emea|contacts|2,ann,,,", "the reason is missing"),
        ("must_link", "emea|contacts|1,emea|contacts|1,ann,x,,", "name the same record"),
        ("must_link", "emea|contacts|1,,ann,x,,", "the record key is missing. Write source_instance|entity"),
        ("must_link", "emea|contact|1,emea|contacts|2,ann,x,,", "names no entity: accounts, contacts, leads"),
        ("must_link", "emae|contacts|1,emea|contacts|2,ann,x,,", "no source 'emae'; did you mean 'emea'?"),
        ("must_link", "salesfroce|emea|contacts|1,emea|contacts|2,ann,x,,", "did you mean 'salesforce'?"),
        ("must_link", "emea|contacts|1,emea|contacts|2,ann,x,31.01.2026,", "is no date. Write it as 2026-01-31"),
        ("must_not_link", "emea|contacts|1,emea|contacts|2,ann,x,,2026-02-30", "expires_on '2026-02-30' is no date"),
        ("must_link", "emea|contacts|1,emea|contacts|2,ann,x,y,,", "7 fields, the header has 6. Put a text"),
        ("must_link", "emea|contacts|1,emea|contacts|2,ann,x", "4 fields, the header has 6. An empty field needs"),
        ("must_link", 'emea|contacts|1,emea|contacts|2,ann,"x,,', "unexpected end of data"),
        ("pinned_values", "emea|contacts|1,e-mail,a@b.c,ann,x,,", "no attribute 'e-mail'; did you mean 'email'?"),
        ("pinned_values", "emea|contacts|1,email,,ann,x,,", "the value is missing"),
        ("pinned_values", "emea|contacts|1,birth_date,1.2.80,ann,x,,", "is no birth_date. Write it as 1980-12-31"),
        ("pinned_values", "emea|contacts|1,has_opted_out_of_email,no,ann,x,,", "Write true or false."),
        ("placeholder_values", "revenue,0,ann,x,,", "there is no attribute 'revenue'"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_refused_with_its_line_and_what_to_write(
    tmp_path: Path, name: str, row: str, words: str
) -> None:
    good = {
        "must_link": "emea|contacts|3,emea|contacts|4,ann,x,,",
        "must_not_link": "emea|contacts|3,emea|contacts|4,ann,x,,",
        "pinned_values": "emea|contacts|3,email,a@b.c,ann,x,,",
        "placeholder_values": "email,a@b.c,ann,x,,",
    }
    write(tmp_path, name, good[name], "", row)
    [message] = mistakes(tmp_path)
    assert message.startswith(f"{name}.csv:4: ") and words in message


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "must_link", "emea|contacts|1,emea|contacts|1,,,x,")
    write(tmp_path, "placeholder_values", "emial,x,ann,y,,")
    assert len(mistakes(tmp_path)) == 5


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("record_key;other_record_key;author;reason;decided_on;expires_on", "separated by semicolons"),
        ("record_key,other_record_key,author,decided_on,expires_on", "the column reason is missing"),
        (f"{HEADERS['must_link']},colour", "there is no column 'colour'"),
        (f"{HEADERS['must_link']},author", "the column author is there twice"),
    ],
)
def test_a_wrong_header_is_refused_with_the_right_one(tmp_path: Path, header: str, words: str) -> None:
    write(tmp_path, "must_link", header=header)
    [message] = mistakes(tmp_path)
    assert words in message and message.endswith(f"The first line must be: {HEADERS['must_link']}")


def test_a_file_of_another_encoding_is_refused_by_name(tmp_path: Path) -> None:
    write(tmp_path, "must_link", "emea|contacts|1,emea|contacts|2,Zoë,x,,", encoding="latin-1")
    assert mistakes(tmp_path) == ["must_link.csv: is not UTF-8. Save it as CSV with the encoding UTF-8."]


def test_a_line_number_counts_the_line_breaks_inside_quotes(tmp_path: Path) -> None:
    write(tmp_path, "must_link", 'emea|contacts|1,emea|contacts|2,ann,"two\nlines",,', "x,emea|contacts|2,ann,y,,")
    [message] = mistakes(tmp_path)
    assert message.startswith("must_link.csv:4: 'x' is no record key")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("emea|contacts|0035", "salesforce|emea|contacts|0035"),
        ("salesforce|emea|contacts|0035", "salesforce|emea|contacts|0035"),
        ("shop|contacts|12|DE", "mapped|shop|contacts|12|DE"),
        ("mapped|shop|contacts|12|DE", "mapped|shop|contacts|12|DE"),
        ("shop|contacts|leads|7", "mapped|shop|contacts|leads|7"),
        ("mapped|gone|accounts|1", "mapped|gone|accounts|1"),
        ("mapped|crm|leads|1", "mapped|crm|leads|1"),
    ],
)
def test_a_key_is_read_with_and_without_its_system_and_with_bars_in_its_id(text: str, key: str) -> None:
    assert full_key(text, INSTANCES) == key


def test_a_key_that_could_be_two_records_is_refused_with_both(tmp_path: Path) -> None:
    with pytest.raises(UnreadableKeyError) as caught:
        full_key("crm|leads|1", INSTANCES)
    assert "could be mapped|crm|leads|1 or salesforce|crm|leads|1" in str(caught.value)
    # a source named like a system is meant where none is named like the entity
    one = Instances.of([("mapped", "mapped")])
    assert full_key("mapped|accounts|contacts|5", one) == "mapped|mapped|accounts|contacts|5"
    # a source named like a system, and one named like an entity, make even the long form doubtful
    odd = Instances.of([("mapped", "mapped"), ("mapped", "accounts")])
    with pytest.raises(UnreadableKeyError, match=r"mapped\|accounts\|contacts\|5 or mapped\|mapped\|accounts\|contac"):
        full_key("mapped|accounts|contacts|5", odd)


def test_two_rows_that_say_the_same_are_one_decision_that_lasts_as_long_as_the_longer(tmp_path: Path) -> None:
    write(
        tmp_path,
        "must_link",
        "emea|contacts|1,emea|contacts|2,ann,x,2026-01-01,2026-03-01",
        "emea|contacts|2,salesforce|emea|contacts|1,bo,y,2026-01-02,",
        "emea|contacts|2,emea|contacts|1,cy,z,2026-01-03,2026-01-04",
    )
    [decision], repeated = standing(load(tmp_path, INSTANCES), date(2026, 2, 1))
    assert decision.author == "bo"
    [remark] = repeated  # the expired one is no news
    assert "must_link.csv:2 (ann) says what" in remark and "must_link.csv:3 (bo) says" in remark


def test_an_id_depends_on_what_is_said_and_not_on_who_says_it_or_where() -> None:
    said = Decision("must_link", "ann", "x", "a", "b")
    assert said.decision_id == Decision("must_link", "bo", "y", "a", "b", path=Path("z"), line=9).decision_id
    others = {
        Decision("must_not_link", "ann", "x", "a", "b").decision_id,
        Decision("must_link", "ann", "x", "a", "c").decision_id,
        Decision("pinned_value", "ann", "x", "a", attribute="email", value="b").decision_id,
    }
    assert len(others | {said.decision_id}) == 4


def test_a_decision_applies_through_the_day_it_expires_on() -> None:
    decision = Decision("must_link", "ann", "x", "a", "b", expires_on=date(2026, 1, 31))
    assert not decision.has_expired(date(2026, 1, 31))
    assert decision.has_expired(date(2026, 2, 1))


def test_an_appended_row_leaves_every_other_byte_and_follows_the_files_own_form(tmp_path: Path) -> None:
    path = tmp_path / "must_link.csv"
    before = "\ufeffauthor,record_key,other_record_key,reason,expires_on,decided_on\r\nann,a,b,x,,".encode()
    path.write_bytes(before)
    row = {"record_key": "c", "other_record_key": "d", "author": "bo", "reason": 'he said "yes", twice'}
    append(tmp_path, "must_link", [{**row, "decided_on": "2026-01-05"}])
    assert path.read_bytes() == before + b'\r\nbo,c,d,"he said ""yes"", twice",,2026-01-05\r\n'


@pytest.mark.parametrize("before", ["", "\n", "\n" + ",".join(COLUMNS["must_link"]) + "\n"])
def test_a_row_is_appended_to_a_file_that_was_emptied_or_begins_with_a_blank_line(tmp_path: Path, before: str) -> None:
    create_missing(tmp_path)
    (tmp_path / "must_link.csv").write_text(before)
    row = {"record_key": "a|b|c|1", "other_record_key": "a|b|c|2", "author": "ann", "reason": "same"}
    append(tmp_path, "must_link", [row])
    lines = [line for line in (tmp_path / "must_link.csv").read_text().splitlines() if line]
    assert lines == [",".join(COLUMNS["must_link"]), "a|b|c|1,a|b|c|2,ann,same,,"]


def test_the_folder_is_in_the_home_unless_a_variable_names_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CRM_HOME", str(tmp_path))
    monkeypatch.delenv("CRM_STEWARDSHIP", raising=False)
    assert Settings.from_environment().stewardship == tmp_path / "stewardship"
    monkeypatch.setenv("CRM_STEWARDSHIP", str(tmp_path / "in_git"))
    assert Settings.from_environment().stewardship == tmp_path / "in_git"


def test_init_makes_the_stewards_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CRM_HOME", str(tmp_path))
    for name in ("CRM_CONFIG", "CRM_STEWARDSHIP"):
        monkeypatch.delenv(name, raising=False)
    assert CliRunner().invoke(app, ["init"]).exit_code == 0
    assert sorted(each.stem for each in (tmp_path / "stewardship").iterdir()) == sorted(COLUMNS)
