"""DBF files of dBase and Visual FoxPro: types, memos, records marked as deleted, keys that differ in case only."""

from __future__ import annotations

import shutil
import struct
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sources.errors import SourceError
from tests.integration.mapped.conftest import MappedSource, deliver

FILES = Path(__file__).parents[2] / "fixtures" / "mapped"
GOLDMINE = """
connection: {kind: files, folder: drop}
tables:
  contact1:
    key: ACCOUNTNO
    files: "CONTACT1*.DBF"
    mode: snapshot
    format: {kind: dbf}
    entities:
      contacts:
        columns: {last_name: COMPANY}
"""
# what tests/fixtures/mapped/README.md wrote into the files
NOTES = "Called.\r\nWants a quote for 12 “chairs”."
LIVING = [
    ("A1020304(ABC def", "Muller Ltd", None, False, Decimal("-0.50"), -3, "x" * 1500),
    ("A1020304(abc DEF", "Müller & Söhne", date(2026, 1, 31), True, Decimal("1234567.89"), 12, NOTES),
    ("B2", None, date(2024, 2, 29), None, None, None, None),
]


def goldmine(drop: Path) -> tuple[bytes, bytes]:
    """Drop GoldMine's contacts, and return the file and its memos."""
    table, memos = (FILES / "contact1.dbf").read_bytes(), (FILES / "contact1.dbt").read_bytes()
    deliver(drop, "CONTACT1.DBF", table)
    deliver(drop, "CONTACT1.DBT", memos)
    return table, memos


def test_account_numbers_that_differ_in_case_only_stay_two_records_case_38(drop: Path, source: MappedSource) -> None:
    goldmine(drop)
    source.write(GOLDMINE)
    assert source.night()["contact1"].error is None
    columns = "ACCOUNTNO, COMPANY, LASTDATE, ACTIVE, REVENUE, VISITS, NOTES"
    assert source.living("old_crm__contact1", columns) == LIVING
    assert source.rows("select _record_id, last_name from lake.mapped.contacts order by all") == [
        ("A1020304(ABC def", "Muller Ltd"), ("A1020304(abc DEF", "Müller & Söhne"), ("B2", None),
    ]  # fmt: skip
    assert source.rejects() == []


def test_a_record_marked_as_deleted_is_gone_and_one_of_the_same_letters_is_not(
    drop: Path, source: MappedSource
) -> None:
    table, _ = goldmine(drop)
    source.write(GOLDMINE)
    source.night(publish=False)
    start, length = struct.unpack("<HH", table[8:12])
    first = table[start : start + length]
    assert first.startswith(b" A1020304(abc DEF")
    deliver(drop, "CONTACT1.DBF", table[:start] + b"*" + table[start + 1 :])
    assert source.night(publish=False)["contact1"].error is None
    assert [key for (key,) in source.living("old_crm__contact1")] == ["A1020304(ABC def", "B2"]


def test_a_memo_that_changed_alone_is_read_again(drop: Path, source: MappedSource) -> None:
    _, memos = goldmine(drop)
    source.write(GOLDMINE)
    source.night(publish=False)
    assert source.night(publish=False)["contact1"].committed.rows_read == 0
    deliver(drop, "CONTACT1.DBT", memos.replace(b"Called.", b"Mailed."))
    assert source.night(publish=False)["contact1"].committed.rows_appended == 1
    assert (NOTES.replace("Called.", "Mailed."),) in source.living("old_crm__contact1", "NOTES")


def test_a_file_without_its_memos_or_without_all_its_records_is_refused(drop: Path, source: MappedSource) -> None:
    table, memos = goldmine(drop)
    source.write(GOLDMINE)
    (drop / "CONTACT1.DBT").unlink()
    error = source.night(publish=False)["contact1"].error
    assert isinstance(error, SourceError)
    assert "CONTACT1.DBF keeps NOTES in a memo file (.dbt or .fpt), and none is beside it" in str(error)
    deliver(drop, "CONTACT1.DBT", memos[:1024])
    assert "CONTACT1.DBT was cut off" in str(source.night(publish=False)["contact1"].error)
    deliver(drop, "CONTACT1.DBT", memos)
    deliver(drop, "CONTACT1.DBF", table[:-100])
    error = source.night(publish=False)["contact1"].error
    assert "CONTACT1.DBF was cut off: its header counts 4 records, 2 arrived" in str(error)
    deliver(drop, "CONTACT1.DBF", "ACCOUNTNO,COMPANY\n" * 9)
    assert "CONTACT1.DBF is no DBF file" in str(source.night(publish=False)["contact1"].error)

    (drop / "CONTACT1.DBT").unlink()
    deliver(drop, "CONTACT1.DBF", table)
    source.write(GOLDMINE.replace("kind: dbf", "kind: dbf, memos: false"))
    assert source.night(publish=False)["contact1"].error is None
    assert source.living("old_crm__contact1", "COMPANY") == [("Muller Ltd",), ("Müller & Söhne",), (None,)]


def test_the_types_of_visual_foxpro_keep_their_values_and_their_nulls(drop: Path, source: MappedSource) -> None:
    for suffix in ("dbf", "fpt"):
        shutil.copy(FILES / f"visits.{suffix}", drop)
    source.write(
        "connection: {kind: files, folder: drop, settle_seconds: 0}\ntables:\n"
        '  visits: {key: ID, files: "visits.dbf", mode: snapshot, format: {kind: dbf}}\n'
    )
    assert source.night(publish=False)["visits"].error is None
    columns = 'cast(ID as integer), FEE, "AT", RATE, NOTE, SEEN, PLACE, SCORE'
    assert source.living("old_crm__visits", columns) == [
        (-2147483647, Decimal("-922337203685.4775"), datetime(1899, 12, 30, 0, 0, 1), -1e300, "m" * 100, False, None,
         None),
        (1, Decimal("19.9900"), datetime(2026, 1, 31, 23, 59, 58), 0.1, "first", True, "Köln", 7),
        (3, Decimal("0.0000"), None, 2.5, None, None, "Ulm", 0),
    ]  # fmt: skip


def test_memos_of_dbase_iv_are_read_by_their_length(drop: Path, source: MappedSource) -> None:
    table, _ = goldmine(drop)
    text = "Grüße\x1a, and more".encode("cp1252")
    # dBase IV keeps the size of its blocks in the header, and a mark and the length before each memo
    memo = b"\xff\xff\x08\x00" + struct.pack("<L", len(text) + 8) + text
    blocks = b"".join(each.ljust(64, b"\0") for each in (bytes(20) + struct.pack("<H", 64), *[memo] * 60))
    deliver(drop, "CONTACT1.DBT", blocks)
    deliver(drop, "CONTACT1.DBF", b"\x8b" + table[1:])
    source.write(GOLDMINE)
    assert source.night(publish=False)["contact1"].error is None
    assert {note for (note,) in source.living("old_crm__contact1", "NOTES")} == {"Grüße\x1a, and more"}


@pytest.mark.parametrize("declared", ["", ", encoding: cp850"])
def test_text_of_a_file_that_does_not_say_its_code_page_is_set_aside_until_it_is_declared(
    drop: Path, source: MappedSource, declared: str
) -> None:
    table, _ = goldmine(drop)
    deliver(drop, "CONTACT1.DBF", table[:29] + b"\0" + table[30:])
    source.write(GOLDMINE.replace("kind: dbf", f"kind: dbf, memos: false{declared}"))
    assert source.night(publish=False)["contact1"].error is None
    if declared:
        # the file's bytes are those of cp1252; cp850 has other characters for them
        assert ("M³ller & S÷hne",) in source.living("old_crm__contact1", "COMPANY")
        return
    assert [key for (key,) in source.living("old_crm__contact1")] == ["A1020304(ABC def", "B2"]
    assert source.rows("select reason from lake.ingest.rejected_rows") == [("CONTACT1.DBF record 1: not ascii",)]
