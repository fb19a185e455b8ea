"""The header of a DBF file (dBase III and IV, FoxPro, Visual FoxPro): its fields, their types, its code page."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from sources.mapped.mapping import Field
from sources.mapped.unreadable import UnreadableFile

_VISUAL_FOXPRO = (0x30, 0x31, 0x32)
_FOXPRO = (0xF5, 0xFB, *_VISUAL_FOXPRO)
_DBASE_4 = (0x8B, 0xCB)
_DBASE_7 = 0x04  # in the lowest three bits: other descriptors
_MOST_DIGITS = 38
#: Code pages by the header's language driver.
_CODE_PAGES = {
    0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x08: "cp865", 0x09: "cp437", 0x0A: "cp850", 0x0B: "cp437",
    0x0D: "cp437", 0x0E: "cp850", 0x0F: "cp437", 0x10: "cp850", 0x11: "cp437", 0x12: "cp850", 0x13: "cp932",
    0x14: "cp850", 0x15: "cp437", 0x16: "cp850", 0x17: "cp865", 0x18: "cp437", 0x19: "cp437", 0x1A: "cp850",
    0x1B: "cp437", 0x1C: "cp863", 0x1D: "cp850", 0x1F: "cp852", 0x22: "cp852", 0x23: "cp852", 0x24: "cp860",
    0x25: "cp850", 0x26: "cp866", 0x37: "cp850", 0x40: "cp852", 0x4D: "gbk", 0x4E: "cp949", 0x4F: "cp950",
    0x50: "cp874", 0x57: "cp1252", 0x58: "cp1252", 0x59: "cp1252", 0x64: "cp852", 0x65: "cp866", 0x66: "cp865",
    0x67: "cp861", 0x6A: "cp737", 0x6B: "cp857", 0x6C: "cp863", 0x78: "cp950", 0x79: "cp949", 0x7A: "gbk",
    0x7B: "cp932", 0x7C: "cp874", 0x7D: "cp1255", 0x7E: "cp1256", 0x86: "cp737", 0x87: "cp852", 0x88: "cp857",
    0xC8: "cp1250", 0xC9: "cp1251", 0xCA: "cp1254", 0xCB: "cp1253", 0xCC: "cp1257",
}  # fmt: skip
_TEXT = ("C", "N", "F", "D", "L")
_STORED = {"I": "integer", "Y": "currency", "T": "moment", "B": "double"}
_MEMOS = ("M", "G", "P")


@dataclass(frozen=True)
class DbfField:
    """A field of a DBF file.

    Attributes:
        field: where it stands; byte 1 of a record is the mark of deleted ones.
        kind: the letter of its type.
        type: the DuckDB type it lands as.
        null_bit: its place in the bits of the field ``_NullFlags``, None where it cannot be NULL.
    """

    field: Field
    kind: str
    type: str
    null_bit: int | None = None


@dataclass(frozen=True)
class DbfLayout:
    """What a DBF file's header says; ``null_flags`` is the field that holds the bits of NULL values.

    ``memo_style``: how the file beside it keeps memos: ``dbase3``, ``dbase4`` or ``foxpro``.
    """

    fields: tuple[DbfField, ...]
    records: int
    start: int
    length: int
    encoding: str | None
    null_flags: Field | None
    memo_style: str

    @property
    def memos(self) -> tuple[DbfField, ...]:
        """The fields that point into the memo file."""
        return tuple(each for each in self.fields if each.kind in _MEMOS)


def read_layout(name: str, path: Path) -> DbfLayout:
    """Return what a DBF file's header says. Raises UnreadableFile where it is none, or of a kind not known here."""
    with path.open("rb") as file:
        head = file.read(32)
        if len(head) < 32:
            raise UnreadableFile(f"{name} is no DBF file: it has no header")
        version, records, start, length = struct.unpack("<B3xLHH", head[:12])
        if version & 0x07 == _DBASE_7:
            raise UnreadableFile(f"{name} is a dBase 7 file; save it as dBase IV")
        described = file.read(max(0, start - 32))
    descriptors = [described[at : at + 32] for at in range(0, len(described) - 31, 32)]
    ended = next((at for at, each in enumerate(descriptors) if each[0] == 0x0D), len(descriptors))
    for is_wide in (False, True):
        placed = _placed(descriptors[:ended], is_wide=is_wide)
        if 1 + sum(at.width for at, _ in placed) == length:
            fields, null_flags = _fields(name, placed, is_visual=version in _VISUAL_FOXPRO)
            style = "foxpro" if version in _FOXPRO else "dbase4" if version in _DBASE_4 else "dbase3"
            return DbfLayout(fields, records, start, length, _CODE_PAGES.get(head[29]), null_flags, style)
    raise UnreadableFile(f"{name} is no DBF file, or damaged: its fields do not add up to its record's {length} bytes")


def _placed(descriptors: list[bytes], *, is_wide: bool) -> list[tuple[Field, bytes]]:
    """Return where each described field stands; Clipper has wide texts, whose length takes two bytes."""
    placed, start = [], 2
    for each in descriptors:
        width = each[16] + (each[17] << 8 if is_wide and each[11:12] == b"C" else 0)
        title = each[:11].split(b"\0")[0].decode("ascii", "replace").strip()
        placed.append((Field(title, start, width), each))
        start += width
    return placed


def _fields(
    name: str, placed: list[tuple[Field, bytes]], *, is_visual: bool
) -> tuple[tuple[DbfField, ...], Field | None]:
    """Return the fields with their types, and the field of the bits that say which of them are NULL."""
    fields, null_flags, bits = [], None, 0
    for at, described in placed:
        if described[11:12] == b"0":
            null_flags = at
            continue
        null_bit = bits if is_visual and described[18] & 0x02 else None
        bits += null_bit is not None
        fields.append(_field(name, at, described, null_bit, is_visual=is_visual))
    return tuple(fields), null_flags


def _field(name: str, at: Field, described: bytes, null_bit: int | None, *, is_visual: bool) -> DbfField:
    kind, places = chr(described[11]), described[17]
    if kind in _MEMOS or (kind == "B" and not is_visual):
        stored = Field(at.name, at.start, at.width, "memo")
        return DbfField(stored, "M" if kind == "M" else "P", "VARCHAR", null_bit)
    if kind not in (*_TEXT, *_STORED):
        raise UnreadableFile(f"{name}: field {at.name} is of type '{kind}', which is not known here; export it as CSV")
    types = {
        "C": "VARCHAR", "D": "DATE", "L": "BOOLEAN", "I": "INTEGER", "Y": "DECIMAL(19,4)", "T": "TIMESTAMP",
        "B": "DOUBLE", "N": _number(at.width, places), "F": _number(at.width, places),
    }  # fmt: skip
    stored = Field(at.name, at.start, at.width, _STORED.get(kind, "text"))
    return DbfField(stored, kind, types[kind], null_bit)


def _number(width: int, places: int) -> str:
    """Return the type that holds a number of ``width`` characters."""
    if places == 0 and width <= 18:
        return "BIGINT"
    return f"DECIMAL({min(_MOST_DIGITS, width)},{places})"
