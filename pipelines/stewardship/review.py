"""What a steward says about pairs becomes rows of the files: checked against all others first, then written."""

from __future__ import annotations

import getpass
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from pipelines.stewardship import contradictions
from pipelines.stewardship.decisions import KINDS, Decision
from pipelines.stewardship.files import append, file_of
from pipelines.stewardship.queue import Decided

_FILES = {kind: name for name, kind in KINDS.items()}


@dataclass
class Review:
    """Decisions that are being made, on top of those that stand in the files of ``folder``.

    Attributes:
        decisions: all there are, new ones included.
        as_of: the day for which rows have expired or not.
    """

    folder: Path
    decisions: list[Decision]
    as_of: date
    written: list[Decision] = field(default_factory=list)

    def knows(self, record_key: str, other_record_key: str) -> bool:
        """Say whether a pair is decided by now."""
        return (record_key, other_record_key) in Decided(self.decisions, self.as_of)

    def decide(self, decisions: Sequence[Decision]) -> None:
        """Write rows, all or none. Raises StewardshipError when they contradict each other or what stands."""
        contradictions.refuse([*self.decisions, *decisions], self.as_of)
        for kind in dict.fromkeys(each.kind for each in decisions):
            append(self.folder, _FILES[kind], (_row(each) for each in decisions if each.kind == kind))
        self.decisions += decisions
        self.written += decisions

    def pair(self, keys: Iterable[str], *, is_one: bool, author: str, reason: str, today: date) -> Decision:
        """Return the decision that two records are one customer, or are not."""
        first, second = sorted(keys)
        kind = "must_link" if is_one else "must_not_link"
        said = Decision(kind, author, reason, first, second, decided_on=today)
        return replace(said, path=file_of(self.folder, kind))


def _row(decision: Decision) -> dict[str, str]:
    days = {"decided_on": decision.decided_on, "expires_on": decision.expires_on}
    words = ("record_key", "other_record_key", "attribute", "value", "author", "reason")
    values = {name: getattr(decision, name) for name in words} | {
        name: day.isoformat() if day else "" for name, day in days.items()
    }
    return {name: value for name, value in values.items() if value}


def whoami(folder: Path) -> str:
    """Return who decides where nobody is named: git's user of the folder, else the user of this machine."""
    git = shutil.which("git")
    if git:
        where = folder if folder.exists() else Path.cwd()
        found = subprocess.run(
            [git, "config", "user.name"], cwd=where, capture_output=True, text=True, check=False
        ).stdout.strip()
        if found:
            return found
    return getpass.getuser()
