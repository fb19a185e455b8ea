"""The versions of the published file: their names and numbers, which one readers see, and which one is meant.

Switching between them is in ``publish``.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import duckdb

from sources.errors import CrmWarehouseError

CURRENT = "crm.duckdb"
_VERSION = re.compile(r"(\d+)-(.+)\.duckdb")


class PublishError(CrmWarehouseError):
    """A file could not be published. What was published before is still there."""


def versions(published: Path) -> tuple[str, ...]:
    """Return the names of the versions that are kept, oldest first."""
    return tuple(path.stem for path in kept_versions(published))


def kept_versions(published: Path) -> list[Path]:
    """Return the files of the versions that are kept, oldest first."""
    found = [path for path in (published / "versions").glob("*.duckdb") if _VERSION.fullmatch(path.name)]
    return sorted(found, key=_number)


def current_version(published: Path) -> str | None:
    """Return the name of the version that readers see, or None before the first publication.

    The file itself says which run made it, so it does not matter how it came to lie there: linked, copied, or put
    back from a backup. Raises PublishError when it cannot be read.
    """
    current = published / CURRENT
    if not current.exists():
        return None
    kept = kept_versions(published)
    linked = [path for path in kept if path.samefile(current)]
    made_by = [] if linked else [path for path in kept if _run(path) == _run_in(current)]
    found = linked or made_by
    return found[-1].stem if found else None


def chosen_version(published: Path, version: str | None) -> Path:
    """Return the file of ``version``, or of the one before the current version.

    Raises PublishError, naming the versions there are, when there is none such.
    """
    kept = kept_versions(published)
    if version is None:
        current = current_version(published)
        if current is None and (published / CURRENT).exists():
            raise PublishError(
                f"{published / CURRENT} is none of the versions kept ({_names(kept)}), so none is the one before it."
                " Name the one to go to: crm-warehouse publish --version <name>."
            )
        earlier = [path for path in kept if current is not None and _number(path) < int(current.split("-", 1)[0])]
        if not earlier:
            raise PublishError(f"{published}: there is no earlier version to go back to.")
        return earlier[-1]
    for path in kept:
        if version in (path.stem, path.name):
            return path
    raise PublishError(f"{published}: there is no version {version}. There are: {_names(kept)}.")


def next_number(published: Path, run_id: str) -> int:
    """Return the number after the newest version's, or that version's own when this run made it."""
    kept = kept_versions(published)
    return _number(kept[-1]) + (_run(kept[-1]) != run_id) if kept else 1


def place(source: Path, target: Path) -> None:
    """Give ``source`` the second name ``target``, or put a copy there where the file system has no hard links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        sync(target)


def sync(path: Path) -> None:
    """Wait until the file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _run_in(file: Path) -> str | None:
    """Return the run that a published file says it comes from."""
    try:
        with duckdb.connect(str(file.resolve()), read_only=True) as connection:
            row = connection.execute("select run_id from meta.run").fetchone()
    except duckdb.CatalogException:
        return None
    except duckdb.Error as error:
        raise PublishError(f"{file} cannot be read, so its version is not known: {error}") from None
    return str(row[0]) if row else None


def _run(version: Path) -> str:
    return version.stem.split("-", 1)[1]


def _number(version: Path) -> int:
    match = _VERSION.fullmatch(version.name)
    assert match is not None
    return int(match[1])


def _names(kept: list[Path]) -> str:
    return ", ".join(path.stem for path in kept) or "none"
