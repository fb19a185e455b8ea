"""One table or query of a source database, as it is to be read. What a source's rows mean does not belong here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sources.contract import Column, FieldCheck

#: What a declared column may say beside the type: a strptime format, or seconds or milliseconds since 1970.
EPOCHS = {"epoch": 1_000_000, "epoch_ms": 1_000}


@dataclass(frozen=True)
class DeclaredColumn:
    """A column whose type is given, not asked of the source; ``format`` is a strptime format or one of EPOCHS."""

    type: str
    format: str | None = None


@dataclass(frozen=True)
class DatedBy:
    """Another table that holds the change time of a table's rows.

    Attributes:
        column: the column of the table that refers to the other.
        table: the other table, e.g. ``vtiger_crmentity``.
        key: its column that is referred to; one row at most has each value.
    """

    column: str
    table: str
    key: str


def _accept(names: Sequence[str]) -> None:
    """Default ``SourceTable.check_names``."""


def _no_checks(columns: Sequence[Column]) -> tuple[FieldCheck, ...]:
    """Default ``SourceTable.checks``."""
    return ()


@dataclass(frozen=True)
class SourceTable:
    """A table or query of the source.

    Attributes:
        name: what messages and the ledger call it.
        key: the columns that identify a row.
        table: the source's table, when there is no ``query``.
        query: SQL in the source's dialect.
        cursor: the column with the time of the last change; None reads the table whole each time.
        dated_by: the table that has ``cursor``, where it is not a column of this one.
        columns: types that are given rather than asked of the source.
        shrink_limit: share (0-1) of the known records whose disappearance is believed.
        sweep: whether, with a cursor, the keys are compared each time, to find rows deleted without trace.
        watched: columns that a sweep compares too, since they change without moving the cursor.
        unread: columns that are never read: what the source's own users log in with.
        correct: how a wrong name is corrected, for messages, e.g. ``Correct the mapping file (old.yaml:7)``.
        check_names: is told the source's columns before anything is read; raises ConfigError.
        checks: returns the checks on the typed rows, given the columns that land.
    """

    name: str
    key: tuple[str, ...]
    table: str | None = None
    query: str | None = None
    cursor: str | None = None
    dated_by: DatedBy | None = None
    columns: Mapping[str, DeclaredColumn] = field(default_factory=dict)
    shrink_limit: float = 0.5
    sweep: bool = False
    watched: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    correct: str = "Correct its name"
    check_names: Callable[[Sequence[str]], None] = _accept
    checks: Callable[[Sequence[Column]], tuple[FieldCheck, ...]] = _no_checks

    @property
    def source_name(self) -> str:
        """The source's name of the table."""
        return self.table or self.name

    def declared(self, name: str) -> DeclaredColumn | None:
        """Return what is declared of a column, in any case of its name."""
        return next((each for own, each in self.columns.items() if own.lower() == name.lower()), None)
