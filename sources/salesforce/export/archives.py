"""Which ZIP files make up the newest export, whether they are whole, and which objects are in them.

How a CSV in them is read belongs to ``rows``.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from sources.contract import SourceFile
from sources.errors import SourceError
from sources.mapped.file_feed import place
from sources.mapped.zip_files import DAMAGED

_KEPT = "Nothing was read, what is in the lake stays."
# WE_<id of the org>_<number of the part>.ZIP
_PART = re.compile(r"^(?P<export>.*?)_?(?P<number>\d+)\.zip$", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """One ZIP file of an export; ``name`` is its path from the folder that every export lies below."""

    name: str
    path: Path
    members: tuple[zipfile.ZipInfo, ...]

    def described(self) -> SourceFile:
        """Return the manifest's entry, reading the whole file for its checksum."""
        with self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size, modified_at = self.state()
        return SourceFile(self.name, size, modified_at, digest)

    def state(self) -> tuple[int, datetime]:
        """Return the file's size and the time of its last change, naive UTC."""
        stat = self.path.stat()
        return stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Export:
    """The parts of one export, in their order."""

    source: str
    parts: tuple[Part, ...]

    def parts_of(self, name: str) -> tuple[tuple[Part, zipfile.ZipInfo], ...]:
        """Return where the records of an object are; an object may go on in the next part."""
        wanted = f"{name}.csv".lower()
        found = ((part, each) for part in self.parts for each in part.members)
        return tuple((part, each) for part, each in found if PurePosixPath(each.filename).name.lower() == wanted)

    def unpack(self, name: str, folder: Path) -> Iterator[tuple[str, Path]]:
        """Write the CSV files of an object into ``folder`` and yield each with the name to speak of it by.

        Raises SourceError where a part does not match its own checksum.
        """
        for number, (part, member) in enumerate(self.parts_of(name), 1):
            path = folder / f"part_{number}.csv"
            try:
                with zipfile.ZipFile(part.path) as archive, archive.open(member) as packed, path.open("wb") as target:
                    shutil.copyfileobj(packed, target)
            except DAMAGED as error:
                raise _refused(self.source, name, part.name, error) from None
            yield f"{part.name}/{member.filename}", path


def newest_export(source: str, pattern: Path) -> Export:
    """Return the export in the last folder that ``pattern``, a path with wildcards, matches files in.

    Raises SourceError where there is none, where it is of two orgs, and where a part is missing or cut off.
    """
    root, wildcards = _split(pattern)
    paths = [path for path in root.glob(wildcards) if path.is_file()] if wildcards else [pattern]
    if not any(path.is_file() for path in paths):
        raise SourceError(source, None, f"no export matches {pattern}.", "Download one, or correct `export`.")
    folder = max({path.parent for path in paths}, key=lambda each: place(each.as_posix()))
    numbered = {path: _PART.match(path.name) for path in paths if path.parent == folder}
    if strange := sorted(path.name for path, match in numbered.items() if match is None):
        raise SourceError(source, None, f"{folder / strange[0]} is no part of an export: WE_<org>_<number>.ZIP.", _KEPT)
    parts = {(match["export"], int(match["number"])): path for path, match in numbered.items() if match}
    if len(exports := sorted({export for export, _ in parts})) > 1:
        raise SourceError(source, None, f"{folder} holds exports of two orgs, {exports[0]} and {exports[1]}.", _KEPT)
    numbers = sorted(number for _, number in parts)
    if gaps := sorted(set(range(1, numbers[-1])) - set(numbers)):
        raise SourceError(source, None, f"part {gaps[0]} of the export in {folder} is missing.", _KEPT)
    return Export(source, tuple(_part(source, root, parts[exports[0], number]) for number in numbers))


def _split(pattern: Path) -> tuple[Path, str]:
    """Return the folder above the first wildcard, and the rest; an empty rest where there is none."""
    parts = pattern.parts
    first = next((place for place, part in enumerate(parts) if re.search(r"[*?\[]", part)), len(parts))
    return Path(*parts[:first]) if first < len(parts) else pattern.parent, "/".join(parts[first:])


def _part(source: str, root: Path, path: Path) -> Part:
    name = path.relative_to(root).as_posix()
    try:
        with zipfile.ZipFile(path) as archive:
            return Part(name, path, tuple(archive.infolist()))
    except (zipfile.BadZipFile, EOFError) as error:
        raise _refused(source, None, name, error) from None


def _refused(source: str, object_name: str | None, name: str, error: Exception) -> SourceError:
    reason = str(error).rstrip(".")
    return SourceError(source, object_name, f"{name} is no whole ZIP file: {reason}.", f"Download it again. {_KEPT}")
