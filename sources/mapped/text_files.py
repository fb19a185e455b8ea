"""Files of text as UTF-8, whatever they were written in. Bytes that do not decode are told, never guessed.

Where lines are records, each is set aside with them. Where a record may go on over several lines they are marked, so
that the record they stand in is known once it is parsed.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sources.contract import Reject
from sources.mapped.unreadable import UndecodableFile

_CHUNK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_MARK = "\ufdd1"  # a noncharacter, so no text holds it; the byte follows in hexadecimal
_MARKED = re.compile(f"{_MARK}([0-9a-f]{{2}})")


@dataclass(frozen=True)
class Undecoded:
    """The encoding that some bytes of a file are not in, and what the first of them is, for messages."""

    encoding: str
    first: str


def as_utf8(name: str, path: Path, encoding: str, staging: Path) -> tuple[Path, tuple[Reject, ...]]:
    """Return a file as UTF-8 and the lines that did not decode, which keep their place as blank lines.

    It is copied to ``staging`` only where it is something else. Raises UndecodableFile where lines cannot be told
    apart.
    """
    encoding, bom = _encoding(path, encoding)
    ready = _whole(name, path, encoding, bom, staging)
    if ready:
        return ready, ()
    ready = _target(name, path, staging)
    return ready, tuple(_without_undecoded(name, path, ready, encoding, bom))


def as_marked_utf8(name: str, path: Path, encoding: str, staging: Path) -> tuple[Path, Undecoded | None]:
    """Return a file as UTF-8 with the bytes that do not decode marked, and what these are.

    It is copied to ``staging`` only where it is something else. Raises UndecodableFile where lines cannot be told
    apart.
    """
    encoding, bom = _encoding(path, encoding)
    ready = _whole(name, path, encoding, bom, staging)
    if ready:
        return ready, None
    ready, first = _target(name, path, staging), None
    codecs.register_error("marked", _marks)
    with path.open("rb") as source, ready.open("w", encoding="utf-8", newline="") as copy:
        source.seek(bom)
        for number, line in enumerate(source, 1):
            text = line.decode(encoding, "marked")
            if first is None and (byte := undecoded(text)):
                first = Undecoded(encoding, f"{name} line {number}: byte {byte} is not {encoding}")
            copy.write(text)
    return ready, first


def undecoded(text: str) -> str | None:
    """Return the first byte of a marked text that did not decode, e.g. ``0xfc``."""
    found = _MARKED.search(text)
    return f"0x{found[1]}" if found else None


def unmarked(text: str) -> str:
    """Return a marked text with those bytes as people write them, ``\\xfc``."""
    return _MARKED.sub(r"\\x\1", text)


def _marks(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(f"{_MARK}{byte:02x}" for byte in error.object[error.start : error.end]), error.end


def _target(name: str, path: Path, staging: Path) -> Path:
    return staging / f"{path.stem}-{abs(hash(name)):x}.utf8"


def _whole(name: str, path: Path, encoding: str, bom: int, staging: Path) -> Path | None:
    """Return a file as UTF-8 where all of it decodes, None where a line does not."""
    if encoding in ("utf-8", "ascii") and not bom and _decodes(path):
        return path
    target = _target(name, path, staging)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as source, target.open("w", encoding="utf-8", newline="") as copy:
            source.seek(bom)
            while chunk := source.read(_CHUNK):
                copy.write(decoder.decode(chunk))
            copy.write(decoder.decode(b"", final=True))
    except UnicodeError as error:
        if encoding.startswith(("utf-16", "utf-32")):
            reason = error.reason if isinstance(error, UnicodeDecodeError) else error
            raise UndecodableFile(f"{name} is not {encoding}: {reason}") from None
        return None
    return target


def _without_undecoded(name: str, path: Path, target: Path, encoding: str, bom: int) -> Iterator[Reject]:
    """Write a file as UTF-8 without the lines that do not decode, and yield these."""
    with path.open("rb") as source, target.open("w", encoding="utf-8", newline="") as copy:
        source.seek(bom)
        for number, line in enumerate(source, 1):
            try:
                copy.write(line.decode(encoding))
            except UnicodeDecodeError as error:
                reason = f"{name} line {number}: byte {error.object[error.start]:#04x} is not {encoding}"
                text = line.decode(encoding, "backslashreplace").rstrip("\r\n")
                yield Reject(None, None, None, reason, text)
                copy.write("\n")


def _encoding(path: Path, declared: str) -> tuple[str, int]:
    """Return the encoding, a byte-order mark's before the declared one, and the length of the mark."""
    with path.open("rb") as file:
        start = file.read(4)
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding, len(mark)
    return declared, 0


def _decodes(path: Path) -> bool:
    """Whether a whole file is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
