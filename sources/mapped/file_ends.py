"""What follows a file's last record: the footer of a report, the trailer that says how many records there are.

Both are cut off before the file is parsed, and prove that it arrived whole: a file without its own is refused.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from sources.mapped.mapping import Trailer
from sources.mapped.unreadable import UnreadableFile

_TAIL = 1 << 16  # bytes in which a file's end is looked for
#: Blanks, and the byte that ends text files of CP/M and DOS.
NOTHING = " \t\r\n\0\x1a"


def without_footer(name: str, path: Path, beginnings: Sequence[str], quote: str, staging: Path) -> Path:
    """Return a UTF-8 file without the lines at its end that begin with one of the texts, and blank ones among them.

    Raises UnreadableFile when there is none: the file was cut off.
    """
    end = None
    for offset, line in reversed(last_lines(path)):
        text = line.strip(NOTHING).lstrip(quote).lstrip()
        if text and not text.startswith(tuple(beginnings)):
            break
        end = offset if text else end
    if end is None:
        footer = ", ".join(f"'{each}'" for each in beginnings)
        raise UnreadableFile(f"{name} was cut off: it does not end with its footer ({footer})")
    return _shortened(path, end, staging)


def without_trailer(
    name: str, path: Path, trailer: Trailer, staging: Path, encoding: str = "utf-8"
) -> tuple[Path, str]:
    """Return a file of lines without its last one, and that line. Raises UnreadableFile where it is no trailer."""
    lines = [(offset, line) for offset, line in last_lines(path, encoding) if line.strip(NOTHING)]
    offset, line = lines[-1] if lines else (0, "")
    check_trailer(name, line, trailer)
    return _shortened(path, offset, staging), line


def check_trailer(name: str, record: str, trailer: Trailer) -> None:
    """Raise UnreadableFile when a file's last record is no trailer: the file was cut off."""
    if not record.startswith(trailer.starts_with):
        raise UnreadableFile(f"{name} was cut off: its last record does not start with '{trailer.starts_with}'")


def verify_count(name: str, record: str, trailer: Trailer | None, records: int, header_records: int) -> int | None:
    """Return the number of records that a trailer gives, None where it gives none.

    Raises UnreadableFile when ``records``, those between header and trailer, are not as many.
    """
    if trailer is None or trailer.count_start is None:
        return None
    text = record[trailer.count_start - 1 : trailer.count_start - 1 + trailer.count_width].strip()
    if not text.isdecimal():
        raise UnreadableFile(f"{name}: its trailer gives '{text}' as the number of records")
    counted = int(text) - (header_records + 1 if trailer.counts_all else 0)
    if counted != records:
        raise UnreadableFile(f"{name}: its trailer counts {counted:,} records, and {records:,} arrived")
    return counted


def last_lines(path: Path, encoding: str = "utf-8") -> list[tuple[int, str]]:
    """Return the lines at a file's end, each with the byte it begins at."""
    start = max(0, path.stat().st_size - _TAIL)
    with path.open("rb") as file:
        file.seek(start)
        lines = file.read().splitlines(keepends=True)
    offsets, at = [], start
    for line in lines:
        offsets.append((at, line.decode(encoding, "replace").rstrip("\r\n")))
        at += len(line)
    return offsets[1:] if start and len(offsets) > 1 else offsets


def _shortened(path: Path, end: int, staging: Path) -> Path:
    """Return the first ``end`` bytes of a file; only a copy in ``staging`` is changed itself."""
    target = path if path.is_relative_to(staging) else staging / f"{path.stem}-{abs(hash(str(path))):x}.cut"
    if target != path:
        shutil.copyfile(path, target)
    os.truncate(target, end)
    return target
