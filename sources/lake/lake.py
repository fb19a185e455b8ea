"""The Lake: one open connection, and transactions that are safe to repeat.

What a transaction contains is in ``changes``, ``ledger`` and ``schema``.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, TypeVar

import duckdb
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from sources.contract import Extract, SourceObject, Window
from sources.errors import SourceError
from sources.lake import changes, ledger, schema
from sources.lake.changes import Committed, MustWiden
from sources.lake.comparison import NotStreamable
from sources.lake.location import LakeLocation, bound_row_groups, connect, redacted
from sources.lake.schema import SchemaChange
from sources.quoting import quoted

Result = TypeVar("Result")

_log = logging.getLogger(__name__)

_RETRY_SECONDS = 60
# what SQLite, PostgreSQL and DuckLake say when another writer was in the way
_CONFLICTS = (
    "database is locked",
    "could not serialize access",
    "deadlock detected",
    "transaction conflict",
    "conflict on",
    "write-write conflict",
)


class Lake:
    """An open lake, attached as ``lake`` on ``connection``; a context manager.

    Opening it for writing creates the catalog, the ledger and the registry's tables where they are missing.
    Raises CrmWarehouseError when the catalog cannot be opened.
    """

    def __init__(self, location: LakeLocation, *, read_only: bool = False, memory_limit: str | None = None) -> None:
        self.location = location
        self.connection = connect(location, read_only=read_only, memory_limit=memory_limit)
        if not read_only:
            self.transaction(self._prepare)

    def _prepare(self) -> None:
        """Make the ledger's tables, settle how files are written and note which DuckDB writes."""
        ledger.create_tables(self.connection)
        bound_row_groups(self.connection)
        before = ledger.record_engine(self.connection, _now())
        if before:
            _log.warning(
                "DuckDB %s hashes rows otherwise than %s, which wrote this lake: rows read again are appended once"
                " more though they did not change. Nothing is lost.",
                duckdb.__version__,
                before,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection. Safe to call twice."""
        self.connection.close()

    def transaction(self, work: Callable[[], Result]) -> Result:
        """Run ``work`` in one transaction and return its result; all of it is kept, or nothing.

        Another writer in the way is waited for and ``work`` runs again, so it must have no effect outside.
        """
        for attempt in Retrying(
            retry=retry_if_exception(_is_conflict),
            wait=wait_random_exponential(multiplier=0.1, max=5),
            stop=stop_after_delay(_RETRY_SECONDS),
            reraise=True,
        ):
            with attempt:
                return self._attempt(work)
        raise AssertionError("tenacity either returns or raises")

    def _attempt(self, work: Callable[[], Result]) -> Result:
        """Run ``work`` in one transaction, once."""
        self.connection.execute("begin transaction")
        try:
            result = work()
            self.connection.execute("commit")
        except BaseException:
            with contextlib.suppress(duckdb.Error):  # a failed commit has already rolled back
                self.connection.execute("rollback")
            raise
        return result

    def declare(self, connector_type: str, objects: Iterable[SourceObject]) -> None:
        """Make every object's change log exist, empty if need be, with at least its declared columns.

        Columns that this adds to a log are in the ledger without a run or source: they came with a new declaration.
        """
        declared = tuple(objects)

        def work() -> None:
            run = {"run_id": None, "connector_type": connector_type, "_source": None}
            for obj, change in schema.declare(self.connection, connector_type, declared):
                ledger.record_change(self.connection, run, obj, change, _now())

        self.transaction(work)

    def last_window(self, source: str, table: str) -> Window | None:
        """Return the committed window of a source's table that ends last; its end is the cursor."""
        return ledger.last_window(self.connection, source, table)

    def log_of(self, connector_type: str, source: str, table: str) -> str:
        """Return SQL for a FROM clause yielding a source's rows of a change log."""
        return f"(select * from {schema.log_name(connector_type, table)} where _source = {quoted(source)})"

    def commit(self, connector_type: str, source: str, extract: Extract, run_id: str) -> Committed:
        """Write an extract's real changes, its rejects and its window in one transaction, after any widening.

        Raises SourceError, with nothing committed, when the staged rows cannot be read, their count is not the
        source's own, the key is missing, or a snapshot shrinks beyond belief.
        """
        whose = (connector_type, source)
        try:
            try:
                (done,) = self._write(*whose, [extract], run_id)
            except MustWiden:
                widened = self.transaction(lambda: changes.widen(self.connection, *whose, extract, run_id, _now()))
                (done,) = self._write(*whose, [extract], run_id, widened)
        except duckdb.Error as error:
            raise SourceError(
                source, extract.object.name, redacted(str(error)), "Nothing of this window was committed."
            ) from error
        return done

    def commit_together(
        self, connector_type: str, source: str, extracts: Sequence[Extract], run_id: str
    ) -> list[Committed] | None:
        """Write several extracts in one transaction; None, with nothing committed, where one has to come by itself.

        That is one that widens a column, or that fails for whatever reason: committed alone it says which.
        """
        try:
            return self._write(connector_type, source, extracts, run_id)
        except Exception as error:
            _log.info("%s: objects are committed one by one: %s", source, redacted(str(error)))
            return None

    def _write(
        self,
        connector_type: str,
        source: str,
        extracts: Sequence[Extract],
        run_id: str,
        earlier: Sequence[SchemaChange] = (),
    ) -> list[Committed]:
        """Write extracts in one transaction, a source's first rows straight into their logs where they let it."""

        def work(stream: bool) -> list[Committed]:
            held = changes.before(self.connection, connector_type, source)
            whose = (self.connection, connector_type, source)
            return [
                changes.apply(*whose, each, run_id, _now(), held, stream=stream, earlier=earlier) for each in extracts
            ]

        try:
            return self.transaction(lambda: work(True))
        except NotStreamable:
            return self.transaction(lambda: work(False))

    def record_failure(self, source: str, object_name: str | None, error: Exception, run_id: str) -> None:
        """Keep in the ledger that an object, or with None a whole source, failed in a run."""
        self.transaction(
            lambda: ledger.insert(
                self.connection, "ingest.failures", run_id=run_id, _source=source, object=object_name,
                error=redacted(str(error)), failed_at=_now(),
            )
        )  # fmt: skip


def _now() -> datetime:
    """Return the machine's time, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


def _is_conflict(error: BaseException) -> bool:
    """Say whether an error means that another writer was in the way."""
    return isinstance(error, duckdb.Error) and any(text in str(error).lower() for text in _CONFLICTS)
