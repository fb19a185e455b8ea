"""The demo's world: the company's source systems as files under one folder, moved on day by day.

Each file is a pure function of (seed, customers, day). An interrupted step is finished when the world is opened.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sources.simulators.company.project import Snapshot
from sources.simulators.company.timing import HORIZON_DAYS, START_DAY

_STATE = "world.json"


@dataclass(frozen=True)
class _State:
    """What world.json says; ``target`` is the day being written: ``today`` itself while the world is being made."""

    seed: int
    customers: int
    today: str
    target: str | None = None
    branches: Sequence[str] = ()


def _read(home: Path) -> _State:
    """Return the state kept in ``home``."""
    return _State(**json.loads((home / _STATE).read_text(encoding="utf-8")))


def _replaced(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    draft = path.with_name(path.name + ".next")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


class World:
    """The source systems of one synthetic company on one day.

    Files: ``salesforce.duckdb``, ``legacy_crm.sqlite``, ``exports/orders_<date>.csv``, ``truth/*.parquet``, and one
    of each branch: ``<type>.duckdb`` to serve as that vendor's API, ``<type>.sqlite`` for a legacy database.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._state = _read(home)
        if self._state.target is not None:
            self._move_to(date.fromisoformat(self._state.target))

    @classmethod
    def create(
        cls,
        home: Path,
        customers: int = 2000,
        seed: int = 42,
        today: date = START_DAY,
        branches: Sequence[str] = (),
    ) -> World:
        """Write a new world into ``home`` as it is on ``today``.

        Args:
            home: folder to create; an existing world in it is replaced.
            customers: persons, organizations and employees known on the start day (at least 100).
            seed: chooses the company; the same seed and size always give the same files.
            today: a day from ``START_DAY`` to the end of the generated future.
            branches: connector types in whose systems branches keep customers that Salesforce would keep.

        Raises:
            ValueError: the size or the day is out of range.
        """
        if customers < 100:
            raise ValueError(f"A company needs at least 100 customers, not {customers}.")
        _check_day(today)
        for name in ("exports", "truth"):
            shutil.rmtree(home / name, ignore_errors=True)
        home.mkdir(parents=True, exist_ok=True)
        state = _State(seed, customers, today.isoformat(), today.isoformat(), list(branches))
        _replaced(home / _STATE, json.dumps(asdict(state)))
        return cls(home)

    @classmethod
    def open(cls, home: Path) -> World:
        """Open the world in ``home``, finishing an interrupted step. Raises FileNotFoundError if there is none."""
        return cls(home)

    @classmethod
    def exists(cls, home: Path) -> bool:
        """Return whether ``home`` holds a world whose making was finished."""
        if not (home / _STATE).exists():
            return False
        state = _read(home)
        return state.target != state.today

    @property
    def today(self) -> date:
        """The day whose events are the last in the sources."""
        return date.fromisoformat(self._state.today)

    @property
    def customers(self) -> int:
        """The customers the company had on its start day."""
        return self._state.customers

    @property
    def branches(self) -> tuple[str, ...]:
        """The connector types of the branches' systems."""
        return tuple(self._state.branches)

    @property
    def seed(self) -> int:
        """The number that chose the company."""
        return self._state.seed

    def clock(self) -> datetime:
        """Return what every source says the time is: 02:00 UTC on the day after ``today``, naive."""
        return clock_after(self.today)

    def advance(self, days: int = 1) -> None:
        """Move every source on by ``days``. Raises ValueError past the generated future or for a negative number."""
        if days < 0:
            raise ValueError(f"Time does not run backwards: {days} days.")
        if days:
            self._move_to(self.today + timedelta(days=days))

    def _move_to(self, day: date) -> None:
        _check_day(day)
        pending = replace(self._state, target=day.isoformat())
        _replaced(self.home / _STATE, json.dumps(asdict(pending)))
        snapshot = Snapshot(self._state.seed, self._state.customers, day, tuple(self._state.branches))
        snapshot.write(self.home, clock_after(day))
        self._state = replace(pending, today=day.isoformat(), target=None)
        _replaced(self.home / _STATE, json.dumps(asdict(self._state)))


def clock_after(day: date) -> datetime:
    """Return 02:00 UTC on the day after ``day``, naive: every event of ``day`` is before it."""
    return datetime(day.year, day.month, day.day, 2) + timedelta(days=1)


def _check_day(day: date) -> None:
    last = START_DAY + timedelta(days=HORIZON_DAYS - 1)
    if not START_DAY <= day <= last:
        raise ValueError(f"The company is generated from {START_DAY} to {last}; {day} is outside. Create a new world.")
