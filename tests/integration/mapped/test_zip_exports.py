"""Exports as ZIP archives: members by pattern, parts, objects left out, archives that are cut off."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from sources.errors import SourceError
from tests.integration.mapped.conftest import MappedSource, deliver

# a Salesforce data export: ZIPs of some 512 MB, numbered, in a folder for each week
EXPORT = """
connection: {kind: files, folder: drop}
tables:
  account:
    key: Id
    files: "*/WE_*.ZIP"
    members: "Account*.csv"
    parts: true
    mode: snapshot
    shrink_limit: 1
    format: {kind: csv, encoding: latin-1}
  contact:
    key: Id
    files: "*/WE_*.ZIP"
    members: "Contact.csv"
    parts: true
    mode: snapshot
"""
CONTACTS = '"Id","Name"\n"003A","Ann"\n"003a","Bo"\n'


def packed(**members: str) -> bytes:
    """Return a ZIP of members, given by their names without ``.csv``."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(f"{name}.csv", text.encode("latin-1"))
    return content.getvalue()


def week(drop: Path, name: str, *parts: bytes) -> None:
    """Drop an export of one week, in parts."""
    (drop / name).mkdir(exist_ok=True)
    for number, content in enumerate(parts, 1):
        deliver(drop / name, f"WE_00D5g_{number}.ZIP", content)


def test_an_object_is_the_union_of_its_members_over_all_parts(drop: Path, source: MappedSource) -> None:
    first = packed(Account='"Id","Name"\n"001A","Zoë"\n', Contact=CONTACTS)
    week(drop, "2026-01-31", first, packed(Account='"Id","Name"\n"001B","Cy"\n"001C","short\n', Attachments="x"))
    source.write(EXPORT)
    results = source.night(publish=False)
    assert [results[name].error for name in ("account", "contact")] == [None, None]
    assert source.living("old_crm__account", "Id, Name") == [("001A", "Zoë"), ("001B", "Cy")]
    assert source.living("old_crm__contact", "Id, Name") == [("003A", "Ann"), ("003a", "Bo")]
    assert source.rows("select reason from lake.ingest.rejected_rows") == [
        ("2026-01-31/WE_00D5g_2.ZIP/Account.csv line 3: a quote is opened and not closed",)
    ]


def test_an_export_that_misses_an_object_deletes_none_of_its_records_case_40(drop: Path, source: MappedSource) -> None:
    accounts = '"Id","Name"\n"001A","Ann"\n"001B","Bo"\n'
    week(drop, "2026-01-31", packed(Account=accounts, Contact=CONTACTS))
    source.write(EXPORT)
    source.night(publish=False)
    # next week someone forgot to tick contacts, and one account is really gone
    week(drop, "2026-02-07", packed(Account=accounts.replace('"001B","Bo"\n', "")))
    results = source.night(publish=False)
    assert [results[name].error for name in ("account", "contact")] == [None, None]
    assert results["contact"].committed.rows_deleted == 0
    assert source.living("old_crm__account") == [("001A",)]
    assert source.living("old_crm__contact") == [("003A",), ("003a",)]
    # and once they are back, so is the proof
    week(drop, "2026-02-14", packed(Account=accounts, Contact='"Id","Name"\n"003A","Ann"\n'))
    source.night(publish=False)
    assert source.living("old_crm__account") == [("001A",), ("001B",)]
    assert source.living("old_crm__contact") == [("003A",)]


def test_an_object_that_the_newest_export_misses_is_read_from_the_one_before(
    drop: Path, source: MappedSource, caplog: pytest.LogCaptureFixture
) -> None:
    week(drop, "2026-01-31", packed(Account='"Id"\n"001A"\n', Contact=CONTACTS))
    week(drop, "2026-02-07", packed(Account='"Id"\n"001B"\n'))
    source.write(EXPORT)
    assert source.night(publish=False)["contact"].error is None
    assert source.living("old_crm__account") == [("001B",)]
    assert source.living("old_crm__contact") == [("003A",), ("003a",)]
    assert "contact: no member 'Contact.csv' in 2026-02-07/WE_00D5g_1.ZIP" in caplog.text


def test_a_delivery_with_a_missing_part_waits_for_it(drop: Path, source: MappedSource) -> None:
    parts = [packed(Account=f'"Id"\n"001{letter}"\n') for letter in "ABC"]
    week(drop, "2026-01-31", *parts)
    source.write(EXPORT[: EXPORT.index("  contact:")])
    source.night(publish=False)
    week(drop, "2026-02-07", *parts)
    (drop / "2026-02-07" / "WE_00D5g_2.ZIP").unlink()
    assert source.night(publish=False)["account"].committed.rows_read == 0
    assert len(source.living("old_crm__account")) == 3


def test_an_archive_that_is_cut_off_or_damaged_is_refused_and_nothing_is_lost(drop: Path, source: MappedSource) -> None:
    whole = packed(Account='"Id","Name"\n' + "".join(f'"001{number}","{number * 7919}"\n' for number in range(2000)))
    week(drop, "2026-01-31", packed(Account='"Id","Name"\n"0010","Ann"\n'))
    source.write(EXPORT[: EXPORT.index("  contact:")])
    source.night(publish=False)
    week(drop, "2026-02-07", whole[:-300])
    error = source.night(publish=False)["account"].error
    assert isinstance(error, SourceError)
    assert "2026-02-07/WE_00D5g_1.ZIP is no whole ZIP archive, it was cut off or damaged" in str(error)
    assert "Nothing of this window was committed" in str(error)
    week(drop, "2026-02-07", whole[:200] + bytes(8) + whole[208:])
    assert "it was cut off or damaged" in str(source.night(publish=False)["account"].error)
    assert source.living("old_crm__account", "Id, Name") == [("0010", "Ann")]
    week(drop, "2026-02-07", whole)
    assert source.night(publish=False)["account"].error is None
    assert len(source.living("old_crm__account")) == 2000


def test_the_same_export_again_is_not_read_and_under_another_name_changes_nothing(
    drop: Path, source: MappedSource
) -> None:
    content = packed(Account='"Id","Name"\n"001A","Ann"\n')
    week(drop, "2026-01-31", content)
    source.write(EXPORT[: EXPORT.index("  contact:")])
    source.night(publish=False)
    week(drop, "2026-01-31", content)
    assert source.night(publish=False)["account"].committed.rows_read == 0
    week(drop, "2026-02-07", content)
    again = source.night(publish=False)["account"].committed
    assert (again.rows_read, again.rows_appended, again.rows_deleted) == (1, 0, 0)


def test_an_object_that_no_export_ever_held_is_a_mistake_and_says_so(drop: Path, source: MappedSource) -> None:
    week(drop, "2026-01-31", packed(Account='"Id"\n"001A"\n'))
    source.write(EXPORT)
    error = source.night(publish=False)["contact"].error
    assert isinstance(error, SourceError)
    assert "no file that matches '*/WE_*.ZIP' holds a member 'Contact.csv'" in str(error)


def test_members_of_a_delta_feed_add_to_each_other(drop: Path, source: MappedSource) -> None:
    source.write(EXPORT[: EXPORT.index("  contact:")].replace("    parts: true\n", "").replace("snapshot", "delta"))
    week(drop, "2026-01-31", packed(Account='"Id","Name"\n"001A","Ann"\n"001B","Bo"\n'))
    source.night(publish=False)
    week(drop, "2026-02-07", packed(Account='"Id","Name"\n"001B","Bob"\n'))
    week(drop, "2026-02-14", packed(Contact=CONTACTS))
    assert source.night(publish=False)["account"].error is None
    assert source.night(publish=False)["account"].committed.rows_read == 0
    assert source.living("old_crm__account", "Id, Name") == [("001A", "Ann"), ("001B", "Bob")]
