"""ZIP archives of a feed: the members that match its pattern, unpacked for the time of the read."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from sources.mapped.dbf_memos import MEMO_SUFFIXES
from sources.mapped.file_feed import FeedFile
from sources.mapped.unreadable import UnreadableFile


def has_member(file: FeedFile, pattern: str) -> bool:
    """Whether a ZIP holds a member that matches. Raises UnreadableFile for one that is cut off or none."""
    try:
        with zipfile.ZipFile(file.path) as archive:
            return bool(_matching(archive, pattern))
    except (zipfile.BadZipFile, EOFError) as error:
        raise _refused(file, error) from None


# what reading an archive raises that is cut off, damaged, locked, or packed in a way that is not known
DAMAGED = (zipfile.BadZipFile, EOFError, zlib.error, RuntimeError, NotImplementedError)


def unpacked(files: Sequence[FeedFile], pattern: str, staging: Path) -> list[FeedFile]:
    """Return the matching members of ZIPs as files in ``staging``, in order of archive and name.

    Each is checked against its checksum. Raises UnreadableFile for an archive that is cut off, damaged or locked.
    """
    members = []
    for number, file in enumerate(files, 1):
        try:
            with zipfile.ZipFile(file.path) as archive:
                for place, member in enumerate(_matching(archive, pattern), 1):
                    folder = staging / f"member-{number}-{place}"
                    folder.mkdir()
                    members.append(_unpack(file, archive, member, folder))
        except DAMAGED as error:
            raise _refused(file, error) from None
    return members


def _matching(archive: zipfile.ZipFile, pattern: str) -> list[zipfile.ZipInfo]:
    found = [each for each in archive.infolist() if not each.is_dir() and PurePosixPath(each.filename).match(pattern)]
    return sorted(found, key=lambda each: each.filename)


def _unpack(file: FeedFile, archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> FeedFile:
    for each in [member, *_memo_files(archive, member)]:
        # only the last part of the member's name is used: nothing in an archive says where to write
        with archive.open(each) as packed, (folder / PurePosixPath(each.filename).name).open("wb") as target:
            shutil.copyfileobj(packed, target)
    path = folder / PurePosixPath(member.filename).name
    return replace(file, name=f"{file.name}/{member.filename}", path=path, size=member.file_size)


def _memo_files(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> list[zipfile.ZipInfo]:
    """Return the memo files that stand beside a DBF file in the archive."""
    stem = PurePosixPath(member.filename).with_suffix("")
    paths = {each: PurePosixPath(each.filename) for each in archive.infolist() if each.filename != member.filename}
    return [
        each for each, path in paths.items()
        if path.suffix.lower() in MEMO_SUFFIXES and str(path.with_suffix("")).lower() == str(stem).lower()
    ]  # fmt: skip


def _refused(file: FeedFile, error: Exception) -> UnreadableFile:
    return UnreadableFile(f"{file.name} is no whole ZIP archive, it was cut off or damaged ({error})")
