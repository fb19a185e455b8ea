"""DBF files (dBase, FoxPro, GoldMine's CONTACT1, ACT! up to 6) as one SELECT of text with the types of their fields."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from sources.contract import Reading, Reject
from sources.mapped import byte_columns, byte_records
from sources.mapped.byte_records import Block, Reader, Unpacked
from sources.mapped.csv_files import FILE_COLUMN
from sources.mapped.dbf_layout import DbfField, DbfLayout, read_layout
from sources.mapped.dbf_memos import Memos, memo_file
from sources.mapped.file_feed import FeedFile, Parsed, is_most
from sources.mapped.mapping import FileFormat
from sources.mapped.unreadable import UnreadableFile
from sources.quoting import identifier, quoted

_IS_DELETED = ord("*")


def parse_dbf(files: Sequence[FeedFile], written: FileFormat, reading: Reading) -> Parsed:
    """Return the files as text columns with their fields' types; records marked as deleted are left out.

    Raises UnreadableFile for a file that is none, is cut off, lacks its memo file, or does not decode.
    """
    rejects: list[Reject] = []
    parts: list[str] = []
    types: dict[str, DbfField] = {}
    for position, file in enumerate(files, 1):
        layout = read_layout(file.name, file.path)
        fields = [each for each in layout.fields if written.has_memos or each not in layout.memos]
        done = _unpack(file, layout, fields, written, reading.staging / f"records-{position}.parquet")
        if is_most(len(done.rejects), done.records):
            remedy = "Declare its `encoding:`" if not layout.encoding else "Its code page is another one"
            raise UnreadableFile(f"most records do not decode; {done.rejects[0].reason}. {remedy}")
        rejects += done.rejects
        types |= {each.field.name: each for each in fields}
        values = ", ".join(_value(each, layout) for each in fields)
        parts.append(f"select {values}, '{position:09}' as {FILE_COLUMN} from read_parquet({quoted(done.path)})")
    declared = {name: (each.type, "%Y%m%d" if each.kind == "D" else None) for name, each in types.items()}
    columns = tuple((name, "VARCHAR") for name in types)
    return Parsed(" union all by name ".join(parts), columns, tuple(rejects), types=declared)


def _unpack(
    file: FeedFile, layout: DbfLayout, fields: Sequence[DbfField], written: FileFormat, target: Path
) -> Unpacked:
    """Unpack a file's records; they are as many as its header says, or it was cut off."""
    there = (file.path.stat().st_size - layout.start) // layout.length
    if there < layout.records:
        counted = f"its header counts {layout.records:,} records, {max(0, there):,} arrived"
        raise UnreadableFile(f"{file.name} was cut off: {counted}")
    encoding = written.encoding or layout.encoding or "ascii"
    at = [each.field for each in fields]
    readers: dict[str, Reader] = {}
    with contextlib.ExitStack() as opened:
        if memos := [each for each in fields if each in layout.memos]:
            content = _memos(file, layout, encoding, opened)
            readers = {each.field.name: content.texts if each.kind == "M" else content.hexadecimal for each in memos}
        if layout.null_flags:
            at.append(layout.null_flags)
            readers[layout.null_flags.name] = byte_columns.bits
        blocks = byte_records.of_length(file.path, layout.length, layout.start, 1, layout.records)
        return byte_records.unpack(file.name, _living(blocks), at, encoding, target, readers)


def _memos(file: FeedFile, layout: DbfLayout, encoding: str, opened: contextlib.ExitStack) -> Memos:
    """Return the memo file that belongs to a DBF file, open."""
    path = memo_file(file.path)
    if path is None:
        missing = ", ".join(each.field.name for each in layout.memos)
        message = f"{file.name} keeps {missing} in a memo file (.dbt or .fpt), and none is beside it"
        raise UnreadableFile(f"{message}; deliver it, or leave those fields out with `memos: false`")
    return Memos(path.name, opened.enter_context(path.open("rb")), layout, encoding)


def _living(blocks: Iterator[Block]) -> Iterator[Block]:
    """Yield the records that are not marked as deleted: they wait for the file to be packed."""
    for numbers, block in blocks:
        living = block[:, 0] != _IS_DELETED
        yield numbers[living], block[living]


def _value(field: DbfField, layout: DbfLayout) -> str:
    """Return a field's text; NULL for blanks, for a logical field that is neither, and where its bit says so."""
    name = identifier(field.field.name)
    value = f"nullif(nullif({name}, ''), '?')" if field.kind == "L" else f"nullif({name}, '')"
    if field.null_bit is not None and layout.null_flags:
        flag = f"substring({identifier(layout.null_flags.name)}, {field.null_bit + 1}, 1)"
        value = f"case when {flag} = '0' then {value} end"
    return f"{value} as {name}"
