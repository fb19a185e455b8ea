"""Records of bytes, of one length each, unpacked block by block into a Parquet file of text columns.

For what SQL over text cannot cut: records without line breaks, code pages with packed decimals, offsets in bytes.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sources.contract import Reject
from sources.mapped import byte_columns
from sources.mapped.byte_columns import Matrix
from sources.mapped.file_ends import check_trailer, verify_count, without_trailer
from sources.mapped.mapping import Field, FileFormat
from sources.mapped.unreadable import UnreadableFile

_BLOCK = 4 << 20  # bytes unpacked at a time
_PADDING = b" \r\n\0\x1a"  # what transfers append to a file's last record

#: Numbered records, those of one length in a matrix: the number of the first, and numbers where they have gaps.
Block = tuple[np.ndarray, Matrix]
#: Reads a field that needs more than its bytes, such as the pointer to a memo.
Reader = Callable[[Matrix], pa.Array]


@dataclass(frozen=True)
class Unpacked:
    """A Parquet file of text columns, and the records that were set aside instead.

    ``records`` counts both; ``counted`` is the number that the file itself gives, None where it gives none.
    """

    path: Path
    records: int
    rejects: tuple[Reject, ...]
    counted: int | None = None


def unpack(
    name: str, blocks: Iterator[Block], fields: Sequence[Field], encoding: str, target: Path,
    readers: dict[str, Reader] | None = None, unit: str = "record",
) -> Unpacked:  # fmt: skip
    """Write the fields of every record as text to ``target``; a record that does not decode is set aside whole."""
    schema = pa.schema([(each.name, pa.string()) for each in fields])
    records, rejects = 0, []
    with pq.ParquetWriter(target, schema) as writer:
        for numbers, block in blocks:
            columns, undecoded = _columns(block, fields, encoding, readers or {})
            for at in np.flatnonzero(undecoded):
                payload = bytes(block[at]).decode(encoding, "backslashreplace")
                rejects.append(Reject(None, None, None, f"{name} {unit} {numbers[at]}: not {encoding}", payload))
            table = pa.table(columns, schema=schema)
            writer.write_table(table.filter(pa.array(~undecoded)) if undecoded.any() else table)
            records += len(block)
    return Unpacked(target, records, tuple(rejects))


def _columns(
    block: Matrix, fields: Sequence[Field], encoding: str, readers: dict[str, Reader]
) -> tuple[list[pa.Array], np.ndarray]:
    """Return the columns of a block and which of its records do not decode."""
    undecoded = np.zeros(len(block), bool)
    columns = []
    for field in fields:
        cut = block[:, field.start - 1 : field.end]
        if reader := readers.get(field.name) or byte_columns.READERS.get(field.stored):
            columns.append(reader(cut))
        elif field.stored == "packed":
            columns.append(byte_columns.packed(cut, " ".encode(encoding)[0]))
        else:
            values, bad = byte_columns.text(cut, encoding)
            columns.append(values)
            undecoded |= bad
    return columns, undecoded


def of_length(path: Path, length: int, start: int, first: int, count: int) -> Iterator[Block]:
    """Yield ``count`` records of ``length`` bytes, numbered from ``first``, that begin at byte ``start``."""
    with path.open("rb") as file:
        file.seek(start)
        at = 0
        while at < count:
            rows = min(count - at, max(1, _BLOCK // length))
            block = np.frombuffer(file.read(rows * length), np.uint8).reshape(rows, length)
            yield np.arange(first + at, first + at + rows), block
            at += rows


def unpack_records(name: str, path: Path, written: FileFormat, target: Path) -> Unpacked:
    """Unpack a file of records of one length without line breaks.

    Raises UnreadableFile for a file that is no whole number of records, since a byte lost anywhere shifts all that
    follow, and for one whose trailer is missing or counts other records.
    """
    length = written.record_length or 1
    count, rest = divmod(path.stat().st_size, length)
    with path.open("rb") as file:
        file.seek(count * length)
        if file.read().strip(_PADDING + " ".encode(written.encoding)):
            message = f"{name}: record {count + 1} has {rest} of {length} bytes; the file is cut off or damaged"
            raise UnreadableFile(message)
        file.seek(max(0, count - 1) * length)
        last = file.read(length).decode(written.encoding, "replace")
    if written.trailer:
        check_trailer(name, last, written.trailer)
    header = min(written.header_records, count)
    records = max(0, count - header - (1 if written.trailer else 0))
    counted = verify_count(name, last, written.trailer, records, header)
    blocks = of_length(path, length, header * length, header + 1, records)
    return replace(unpack(name, blocks, written.fields, written.encoding, target), counted=counted)


def unpack_lines(name: str, path: Path, written: FileFormat, target: Path) -> Unpacked:
    """Unpack a file of lines whose fields are cut by bytes; a line of another length is set aside.

    Raises UnreadableFile where the trailer is missing or counts other records.
    """
    last = ""
    if written.trailer:
        path, last = without_trailer(name, path, written.trailer, target.parent, written.encoding)
    length = max(each.end for each in written.fields)
    wrong: list[Reject] = []
    with path.open("rb") as file:
        blocks = _lines(name, file, length, written, wrong)
        done = unpack(name, blocks, written.fields, written.encoding, target, unit="line")
    records = done.records + len(wrong)
    counted = verify_count(name, last, written.trailer, records, written.header_records)
    return Unpacked(target, records, (*wrong, *done.rejects), counted)


def _lines(name: str, file: Iterator[bytes], length: int, written: FileFormat, wrong: list[Reject]) -> Iterator[Block]:
    """Yield the lines of the right length in blocks; the others are added to ``wrong``."""
    numbers: list[int] = []
    block: list[bytes] = []
    for number, line in enumerate(file, 1):
        # a mark of UTF-8 is no byte of the first record
        record = (line.removeprefix(codecs.BOM_UTF8) if number == 1 else line).rstrip(b"\r\n")
        if number <= written.header_records or not record.strip(_PADDING):
            continue
        if len(record) != length:
            reason = f"{name} line {number}: {len(record)} bytes where the layout has {length}"
            wrong.append(Reject(None, None, None, reason, record.decode(written.encoding, "backslashreplace")))
            continue
        numbers.append(number)
        block.append(record)
        if len(block) * length >= _BLOCK:
            yield _block(numbers, block, length)
            numbers, block = [], []
    if block:
        yield _block(numbers, block, length)


def _block(numbers: list[int], block: list[bytes], length: int) -> Block:
    return np.array(numbers), np.frombuffer(b"".join(block), np.uint8).reshape(len(block), length)
