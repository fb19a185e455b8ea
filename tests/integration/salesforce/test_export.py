"""The weekly Data Export: ZIP files as snapshots of every object in them, and what must not be believed of them."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from sources.config import ConfigError, load_config
from sources.discovery import create
from sources.ingest import ObjectResult, ingest
from sources.lake import Lake
from sources.salesforce.ids import long_id
from tests.integration.salesforce.org import current

HEADER = '"Id","IsDeleted","MasterRecordId","Name","AnnualRevenue","SystemModstamp","Tier__c"'
# 15 characters, as an export may have them; case matters
FIRST, SECOND, THIRD = (f"001000000000{end}" for end in ("aBc", "AbC", "xYz"))


def account(record: str, name: str, *, deleted: int = 0, master: str = "", revenue: str = "12.5") -> str:
    """One line of Account.csv as the export writes it: everything quoted, 0 and 1, times without a zone."""
    values = (record, deleted, master, name, revenue, "2024-03-02 04:05:06", "gold")
    return ",".join('"' + str(value).replace('"', '""') + '"' for value in values)


def csv_of(*lines: str, end: str = "\n") -> str:
    return end.join([HEADER, *lines, ""])


class Exports:
    """A folder of exports and a source that reads them."""

    def __init__(self, folder: Path, lake: Lake) -> None:
        self.folder, self.lake, self.nights = folder, lake, 0

    def write(
        self,
        week: str,
        *parts: Mapping[str, str],
        encoding: str = "utf-8",
        first: int = 1,
        org: str = "00D0000000000AA",
    ) -> list[Path]:
        """Write one export, a ZIP for each of ``parts`` (name of a member -> its text); return the files."""
        paths = []
        for number, members in enumerate(parts, first):
            path = self.folder / week / f"WE_{org}_{number}.ZIP"
            path.parent.mkdir(exist_ok=True)
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, text in members.items():
                    archive.writestr(name, text.encode(encoding))
            paths.append(path)
        return paths

    def connector(self, options: str = ""):
        """Return the connector as crm_sources.yaml configures it."""
        path = self.folder / "crm_sources.yaml"
        lines = ["sources:", "  acme:", "    type: salesforce", "    export: '*/WE_*.ZIP'", *options.splitlines()]
        path.write_text("\n".join(lines))
        return create(load_config(path).sources[0])

    def night(self, *tables: str, options: str = "", full: bool = False) -> list[ObjectResult]:
        """Read these tables of the newest export."""
        self.nights += 1
        staging = self.folder / "staging"
        connector = self.connector(options)
        return list(ingest(connector, self.lake, f"run_{self.nights}", staging=staging, tables=tables, full=full))


@pytest.fixture
def exports(tmp_path: Path, lake: Lake) -> Exports:
    folder = tmp_path / "exports"
    folder.mkdir()
    return Exports(folder, lake)


def test_an_export_lands_typed_with_long_ids_and_flags(exports: Exports, lake: Lake) -> None:
    text = csv_of(
        account(FIRST, 'Ann "A", Ltd\r\nBerlin'),
        account(SECOND, "gone", deleted=1),
        account(THIRD, "x", deleted=1, master=FIRST),
    )
    exports.write("2024-03-03", {"Account.csv": text, "00P000000000001": "an attachment"})
    (result,) = exports.night("account")
    assert result.error is None
    state = current(lake, "account", "Name", "AnnualRevenue", "SystemModstamp", "Tier__c")
    stamp = datetime(2024, 3, 2, 4, 5, 6)
    assert state == {
        long_id(FIRST): ("upsert", None, None, 'Ann "A", Ltd\r\nBerlin', 13, stamp, "gold"),
        long_id(SECOND): ("delete", "soft", None, "gone", 13, stamp, "gold"),
        long_id(THIRD): ("delete", "merged", long_id(FIRST), "x", 13, stamp, "gold"),
    }
    # AnnualRevenue has no places in Salesforce: the raw value is kept beside the rounded one
    kept = lake.connection.execute("select distinct field, raw_value from lake.ingest.rejected_rows").fetchall()
    assert kept == [("AnnualRevenue", "12.5")]


@pytest.mark.parametrize("zeros", ["0" * 15, "0" * 15 + "AAA"])
def test_an_id_of_zeros_is_no_record_and_nobody_was_merged_into_it(exports: Exports, lake: Lake, zeros: str) -> None:
    exports.write("week1", {"Account.csv": csv_of(account(FIRST, "Ann", master=zeros))})
    (result,) = exports.night("account")
    assert result.committed and result.committed.rows_rejected == 0
    assert current(lake, "account", "Name") == {long_id(FIRST): ("upsert", None, None, "Ann")}


def test_an_object_that_goes_on_in_the_next_part_is_one_snapshot(exports: Exports, lake: Lake) -> None:
    one, two, three = (account(record, name) for record, name in ((FIRST, "a"), (SECOND, "b"), (THIRD, "c")))
    exports.write("1", {"Account.csv": csv_of(one)}, {"Contact.csv": '"Id"\n'}, {"Account.csv": csv_of(two, three)})
    (result,) = exports.night("account")
    assert result.committed is not None and result.committed.rows_appended == 3


def test_what_the_next_export_lacks_is_gone_and_what_it_has_again_lives(exports: Exports, lake: Lake) -> None:
    lines = {record: account(record, "n") for record in (FIRST, SECOND, THIRD)}
    states = []
    for week, kept in (("9", lines), ("10", [FIRST, SECOND]), ("11", lines)):
        exports.write(week, {"Account.csv": csv_of(*(lines[record] for record in kept))})
        exports.night("account")
        states.append({key: row[:2] for key, row in current(lake, "account").items()}[long_id(THIRD)])
    assert states == [("upsert", None), ("delete", "purged"), ("upsert", None)]


def test_the_export_before_does_not_come_back_when_the_newest_is_taken_away(exports: Exports, lake: Lake) -> None:
    (old,) = exports.write("9", {"Account.csv": csv_of(account(FIRST, "a"))})
    os.utime(old, (1, 1))
    (new,) = exports.write("10", {"Account.csv": csv_of(account(FIRST, "b"))})
    exports.night("account")
    new.unlink()
    (result,) = exports.night("account")
    assert result.error is None
    assert [name for *_, name in current(lake, "account", "Name").values()] == ["b"]


def test_case_40_an_object_missing_in_the_export_is_not_deleted(exports: Exports, lake: Lake) -> None:
    exports.write("1", {"Account.csv": csv_of(account(FIRST, "a")), "Contact.csv": '"Id","LastName"\n"003","x"\n'})
    exports.night("account")
    exports.write("2", {"Contact.csv": '"Id","LastName"\n'})
    (result,) = exports.night("account")
    assert result.error is None
    assert current(lake, "account")[long_id(FIRST)][0] == "upsert"


def test_the_same_files_are_read_once_whatever_their_name(exports: Exports, lake: Lake) -> None:
    (path,) = exports.write("1", {"Account.csv": csv_of(account(FIRST, "a"))})
    assert exports.night("account")[0].committed.rows_read == 1  # type: ignore[union-attr]
    os.utime(path, (1, 1))
    copy = exports.folder / "2" / path.name
    copy.parent.mkdir()
    copy.write_bytes(path.read_bytes())
    assert exports.night("account")[0].committed.rows_read == 0  # type: ignore[union-attr]
    assert exports.night("account", full=True)[0].committed.rows_read == 1  # type: ignore[union-attr]
    files = lake.connection.execute("select path from lake.ingest.files order by committed_at").fetchall()
    assert files == [("1/WE_00D0000000000AA_1.ZIP",), ("2/WE_00D0000000000AA_1.ZIP",)]
    assert lake.connection.execute("select count(*) from lake.salesforce.account").fetchone() == (1,)


@pytest.mark.parametrize("share", [0.3, 0.99])
def test_a_part_that_is_cut_off_stops_the_source(exports: Exports, lake: Lake, share: float) -> None:
    exports.write("1", {"Account.csv": csv_of(account(FIRST, "a"))})
    exports.night("account")
    _, cut = exports.write("2", {"Contact.csv": '"Id"\n'}, {"Account.csv": csv_of(account(SECOND, "b"))})
    content = cut.read_bytes()
    cut.write_bytes(content[: int(len(content) * share)])
    results = exports.night("account", "contact")
    assert all("acme: 2/WE_00D0000000000AA_2.ZIP is no whole ZIP file" in str(each.error) for each in results)
    assert set(current(lake, "account")) == {long_id(FIRST)}


def test_a_part_whose_bytes_were_changed_is_refused(exports: Exports, lake: Lake) -> None:
    (path,) = exports.write("1", {"Account.csv": csv_of(*(account(FIRST, f"{n}") for n in range(100)))})
    content = bytearray(path.read_bytes())
    content[120] ^= 0xFF
    path.write_bytes(content)
    (result,) = exports.night("account")
    assert "acme.Account: 1/WE_00D0000000000AA_1.ZIP is no whole ZIP file" in str(result.error)
    assert current(lake, "account") == {}


def test_a_missing_part_and_two_orgs_in_one_folder_are_refused(exports: Exports) -> None:
    paths = exports.write("1", *({"Account.csv": csv_of(account(FIRST, "a"))} for _ in range(3)))
    paths[1].unlink()
    assert "part 2 of the export in " in str(exports.night("account")[0].error)
    exports.write("2", {"Account.csv": csv_of()})
    exports.write("2", {"Account.csv": csv_of()}, org="00D0000000000BB")
    assert "holds exports of two orgs" in str(exports.night("account")[0].error)


def test_a_folder_without_an_export_says_what_to_do(exports: Exports) -> None:
    (result,) = exports.night("account")
    assert "acme: no export matches" in str(result.error) and "correct `export`" in str(result.error)


def test_case_39_the_declared_encoding_is_believed_and_another_one_refused(exports: Exports, lake: Lake) -> None:
    text = csv_of(account(FIRST, "Müller & Söhne"), account(SECOND, "plain"), end="\r\n")
    exports.write("1", {"Account.csv": text}, encoding="iso-8859-1")
    (result,) = exports.night("account")
    assert "Account.csv line 2: byte 0xfc is not utf-8. Set export_encoding" in str(result.error)
    assert current(lake, "account") == {}
    exports.night("account", options="    export_encoding: iso-8859-1")
    assert current(lake, "account", "Name")[long_id(FIRST)][3] == "Müller & Söhne"


def test_case_39_ragged_lines_are_set_aside_with_their_number_and_nobody_is_deleted_then(
    exports: Exports, lake: Lake
) -> None:
    exports.write("1", {"Account.csv": csv_of(account(FIRST, "a"), account(SECOND, "b"), account(THIRD, "c"))})
    exports.night("account")
    ragged = '"001","too","short"'
    exports.write("2", {"Account.csv": csv_of(account(FIRST, "a\nb"), ragged, account(SECOND, "b"))})
    (result,) = exports.night("account")
    assert result.committed is not None
    assert (result.committed.rows_rejected, result.committed.rows_deleted) == (1, 0)
    found = lake.connection.execute(
        "select reason, payload from lake.ingest.rejected_rows where field is null"
    ).fetchall()
    # the record before it takes two lines
    assert found == [("2/WE_00D0000000000AA_1.ZIP/Account.csv line 4: 3 values where the header has 7", ragged)]


def test_a_key_that_is_no_id_is_set_aside(exports: Exports, lake: Lake) -> None:
    exports.write("1", {"Account.csv": csv_of(account("1.23457E+17", "mangled"), account(FIRST, "a"))})
    (result,) = exports.night("account")
    assert result.committed is not None and result.committed.rows_rejected == 1
    assert set(current(lake, "account")) == {long_id(FIRST)}


def test_every_declared_object_can_be_read_of_an_export_that_lacks_it(exports: Exports) -> None:
    exports.write("1", {"Account.csv": csv_of(account(FIRST, "a"))})
    connector = exports.connector("    extra_objects: [Invoice__c]")
    tables = [obj.table for obj in connector.objects()]
    results = exports.night(*tables, options="    extra_objects: [Invoice__c]")
    assert [each.error for each in results] == [None] * len(tables) and "invoice__c" in tables


def test_check_says_what_is_in_the_export_and_never_raises(exports: Exports) -> None:
    assert [check.passed for check in exports.connector().check()] == [False]
    exports.write("1", {"Account.csv": csv_of(account(FIRST, "a"))}, {"Account.csv": csv_of()})
    checks = {check.what: check for check in exports.connector().check()}
    assert checks["export"].detail.startswith("2 parts")
    assert checks["Account"].detail.endswith("in 2 files")
    assert checks["Contact"].detail == "not in the export: its records stay"
    assert not checks["currency"].passed


def test_a_source_of_exports_needs_no_credentials_and_one_of_the_api_does(exports: Exports) -> None:
    assert exports.connector().name == "acme"
    path = exports.folder / "crm_sources.yaml"
    path.write_text("sources:\n  acme:\n    type: salesforce\n")
    with pytest.raises(ConfigError, match="lacks 'login_url'"):
        load_config(path)
    with pytest.raises(ConfigError, match="unknown encoding 'utf-9'"):
        exports.connector("    export_encoding: utf-9")


def test_amounts_of_undeclared_columns_stay_text(exports: Exports, lake: Lake) -> None:
    text = '"Id","Rate__c","NumberOfEmployees"\n' + f'"{FIRST}","1.10","7"\n'
    exports.write("1", {"Account.csv": text})
    exports.night("account")
    assert current(lake, "account", "Rate__c", "NumberOfEmployees")[long_id(FIRST)][3:] == ("1.10", 7)
