"""CSV files whose bytes are not what their mapping says, and whose lines end in more than one way."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.errors import SourceError
from tests.integration.mapped.conftest import MappedSource, deliver

MAPPING = """
connection: {kind: files, folder: drop}
tables:
  orders:
    files: "orders_*"
    key: id
"""


def test_a_record_of_which_one_line_does_not_decode_is_set_aside_whole(drop: Path, source: MappedSource) -> None:
    lines = [b"id,note,n", b'1,"one', b"M\xfcller", b'three",5', b'2,"a', b'b",6', b'3,"M\xfc', b'4,x",7', b"5,c,8"]
    deliver(drop, "orders_1.csv", b"\n".join(lines))
    source.write(MAPPING)
    assert source.night(publish=False)["orders"].error is None
    # without its line in the middle the first would be another text, and the last line of the third a record of its own
    assert source.living("old_crm__orders", "id, note, n") == [("2", "a\nb", "6"), ("5", "c", "8")]
    reason = "byte 0xfc is not utf-8"
    assert source.rows("select reason, payload from lake.ingest.rejected_rows order by all") == [
        (f"orders_1.csv line 2: {reason}", '1,"one\nM\\xfcller\nthree",5'),
        (f"orders_1.csv line 7: {reason}", '3,"M\\xfc\n4,x",7'),
    ]


@pytest.mark.parametrize("header", ["id,name", "id,näme"])
def test_a_file_in_another_encoding_is_refused_and_none_of_it_is_read(
    drop: Path, source: MappedSource, header: str
) -> None:
    names = ["Müller", "Jäger", "Lee", "Köhler"] if header.isascii() else ["Lee"]
    rows = [f"{number},{name}" for number, name in enumerate(names)]
    deliver(drop, "orders_1.csv", "\n".join([header, *rows]).encode("cp1252"))
    source.write(MAPPING)
    error = source.night(publish=False)["orders"].error
    assert isinstance(error, SourceError)
    assert "orders_1.csv line" in str(error) and "byte 0x" in str(error) and "Correct `encoding:`" in str(error)
    assert source.living("old_crm__orders") == [] and source.rejects() == []


def test_a_utf16_file_without_its_mark_is_refused_with_the_option_to_correct(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", "id,name\n1,Zoë\n".encode("utf-16-le"))
    source.write(MAPPING + "    format: {kind: csv, encoding: utf-16}\n")
    error = source.night(publish=False)["orders"].error
    assert "orders_1.csv is not utf-16: " in str(error) and "Correct `encoding:`" in str(error)


def test_lines_that_end_in_different_ways_are_read_all(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", b'id,name\r\n1,a\n2,"b\r\nc"\r\n3,d\n4,e\r5,f')
    source.write(MAPPING)
    assert source.night(publish=False)["orders"].error is None
    expected = [("1", "a"), ("2", "b\r\nc"), ("3", "d"), ("4", "e"), ("5", "f")]
    assert source.living("old_crm__orders", "id, name") == expected
    assert source.rejects() == []


def test_a_quote_in_the_lines_above_the_header_hides_no_record(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", 'Orders of,"Disks, 5 inch\r\n\r\nid,name\r\n1,a\r\n2,b,c\r\n3,d\r\n')
    source.write(MAPPING + "    format: {kind: csv, skip_lines: 2}\n")
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, name") == [("1", "a"), ("3", "d")]
    assert source.rows("select reason from lake.ingest.rejected_rows") == [
        ("orders_1.csv line 5: 3 values where the header has 2",)
    ]


def test_a_line_of_blanks_and_the_end_mark_of_dos_are_no_records(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", "id,name\r\n1,a\r\n   \r\n2,b\r\n\x1a")
    source.write(MAPPING)
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, name") == [("1", "a"), ("2", "b")]
    assert source.rejects() == []


def test_without_a_word_for_nothing_an_empty_value_is_an_empty_text(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", "id,name\n1,\n2,a\n")
    source.write(MAPPING + "    format: {kind: csv, null_values: []}\n")
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, name") == [("1", ""), ("2", "a")]
