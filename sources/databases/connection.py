"""Where a source is, as given: a server's settings or a path. How it is reached belongs to ``database``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sources.config import Secret


@dataclass(frozen=True)
class Connection:
    """Where the source is.

    Attributes:
        kind: postgres, mysql, sqlite or files.
        settings: host, port, database, user, password, schema, path, folder and the like, as given.
        time_zone: the zone of the source's times without a zone.
        path: the file that says so; relative paths start at its folder.
        line: the line in it.
        is_double_encoded: whether texts were written as cp1252 into UTF-8 columns, so that Müller is kept as MÃ¼ller.
    """

    kind: str
    settings: Mapping[str, str | Secret]
    time_zone: str
    path: Path
    line: int | None
    is_double_encoded: bool = False

    @property
    def place(self) -> str:
        """Return where a person can correct it, ``file:line``."""
        return f"{self.path}:{self.line}" if self.line else str(self.path)

    def text(self, name: str) -> str | None:
        """Return a setting with its secrets revealed, or None when it is not given."""
        value = self.settings.get(name)
        return value.reveal() if isinstance(value, Secret) else value

    def file(self, name: str) -> Path:
        """Return a setting that is a path; a relative one starts at the folder of the file it stands in."""
        return (self.path.parent / Path(self.text(name) or ".").expanduser()).resolve()
