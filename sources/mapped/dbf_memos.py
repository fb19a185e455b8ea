"""The memo file beside a DBF file (.dbt, .fpt): long texts, found by the number of the block they begin in."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from sources.mapped.byte_columns import Matrix
from sources.mapped.dbf_layout import DbfLayout
from sources.mapped.unreadable import UnreadableFile

MEMO_SUFFIXES = (".dbt", ".fpt", ".dct")
_DBASE_3_BLOCK = 512
_DBASE_4_MARK = b"\xff\xff\x08\x00"
_DBASE_3_END = b"\x1a"


def memo_file(path: Path) -> Path | None:
    """Return the memo file that stands beside a DBF file, in any case of its name."""
    beside = (each for each in path.parent.iterdir() if each.stem.lower() == path.stem.lower())
    return next((each for each in sorted(beside) if each.suffix.lower() in MEMO_SUFFIXES), None)


class Memos:
    """An open memo file. Raises UnreadableFile for a memo that is not there: the file was cut off or is another's."""

    def __init__(self, name: str, file: BinaryIO, layout: DbfLayout, encoding: str) -> None:
        self._name, self._file, self._encoding, self._style = name, file, encoding, layout.memo_style
        head = file.read(32)
        if len(head) < 22:
            raise UnreadableFile(f"{name} has no header")
        self._block = {
            "dbase3": _DBASE_3_BLOCK,
            "dbase4": struct.unpack("<H", head[20:22])[0] or _DBASE_3_BLOCK,
            "foxpro": struct.unpack(">H", head[6:8])[0] or 1,
        }[layout.memo_style]

    def texts(self, pointers: Matrix) -> pa.Array:
        """Return the memos that a field's pointers lead to, NULL for none."""
        return pa.array([self._text(each, is_text=True) for each in _blocks(pointers)], pa.string())

    def hexadecimal(self, pointers: Matrix) -> pa.Array:
        """Return the pictures and documents that a field's pointers lead to, in hexadecimal."""
        return pa.array([self._text(each, is_text=False) for each in _blocks(pointers)], pa.string())

    def _text(self, block: int, *, is_text: bool) -> str | None:
        if block <= 0:
            return None
        self._file.seek(block * self._block)
        content = self._dbase3() if self._style == "dbase3" else self._counted()
        if content is None:
            raise UnreadableFile(f"{self._name} was cut off, or belongs to another file: block {block} has no memo")
        if not is_text:
            return content.hex()
        # a character that does not decode stays visible: a memo is not worth losing for one
        return content.decode(self._encoding, "backslashreplace")

    def _counted(self) -> bytes | None:
        """Read a memo whose head says how long it is."""
        head = self._file.read(8)
        if len(head) < 8:
            return None
        if self._style == "foxpro":
            length = struct.unpack(">L", head[4:])[0]
        else:
            if not head.startswith(_DBASE_4_MARK):
                return None
            length = max(0, struct.unpack("<L", head[4:])[0] - 8)
        content = self._file.read(length)
        return content if len(content) == length else None

    def _dbase3(self) -> bytes | None:
        """Read a memo that ends with a mark."""
        content = b""
        while _DBASE_3_END not in content[-2 * _DBASE_3_BLOCK :]:
            more = self._file.read(_DBASE_3_BLOCK)
            if not more:
                return None
            content += more
        return content[: content.index(_DBASE_3_END)]


def _blocks(pointers: Matrix) -> list[int]:
    """Return the block numbers of a field: digits, or a little-endian integer where the field has four bytes."""
    if pointers.shape[1] == 4:
        return [int(each) for each in np.ascontiguousarray(pointers).view("<u4")[:, 0]]
    texts = (bytes(each).strip(b" \0") for each in pointers)
    return [int(each) if each.isdigit() else 0 for each in texts]
