"""What lands of a read: the type of each column, how text becomes it, staging, and the change time in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sources.contract import Column, Reading
from sources.databases.table import EPOCHS
from sources.databases.windows import to_utc
from sources.quoting import identifier, quoted

# behind a time of day: a date ends in a sign and two digits as well
_OFFSET = r":\d{2}([.,]\d+)? ?([Zz]|[+-]\d{2}(:?\d{2})?)\s*$"


@dataclass(frozen=True)
class Landing:
    """A column to land: what the lake keeps, and the DuckDB expression over the read that yields its raw value."""

    column: Column
    value: str
    is_text: bool


def parse_sql(name: str, type_name: str, text_format: str | None) -> str | None:
    """Return the expression that types text in a declared format; None where a plain cast does."""
    own = identifier(name)
    if text_format is None:
        return None
    if text_format in EPOCHS:
        # exact arithmetic: a double would round microseconds
        micros = f"try_cast({own} as decimal(30,6)) * {EPOCHS[text_format]}"
        return f"try(cast(make_timestamp(cast({micros} as bigint)) as {type_name}))"
    moment = f"try_strptime(trim({own}), {quoted(text_format)})"
    if "%Y" in text_format:
        # DuckDB takes fewer digits too: 31/01/26 would be a day of the year 26. The text's offset may put its moment
        # into the year beside its own
        shifts = (" - interval 1 day", "", " + interval 1 day") if "%z" in text_format.lower() else ("",)
        has_year = " or ".join(f"contains({own}, strftime({moment}{shift}, '%Y'))" for shift in shifts)
        moment = f"case when {has_year} then {moment} end"
    return f"try_cast({moment} as {type_name})"


def utc_cursor(cursor: str | None, landings: Sequence[Landing], time: str | None, time_zone: str) -> Landing | None:
    """Return an extra column ``<cursor>__utc`` where the cursor itself is no UTC time, else None."""
    if not cursor or time == "utc" or time_zone == "UTC":
        return None
    own = next(each for each in landings if each.column.name.lower() == cursor.lower())
    typed = f"try_cast({own.value} as timestamp)"
    if own.column.parse:
        typed = f"cast({own.column.parse} as timestamp)"
    moment = to_utc(typed, time_zone)
    if own.is_text:
        # a plain cast to a timestamp overlooks the offset, a format reads it
        told = f"coalesce(cast(try_cast({own.value} as timestamptz) as timestamp), {typed})"
        moment = f"case when regexp_matches({own.value}, {quoted(_OFFSET)}) then {told} else {moment} end"
    return Landing(Column(f"{own.column.name}__utc", "TIMESTAMP"), moment, False)


def select_sql(landings: Sequence[Landing], source: str) -> str:
    """Return the SELECT that yields the raw values under the columns' names."""
    return f"select {', '.join(f'{each.value} as {identifier(each.column.name)}' for each in landings)} from {source}"


def stage(reading: Reading, select: str, name: str, *, are_rows: bool = True) -> str:
    """Run a SELECT once into a Parquet file and return it as a FROM clause: the lake looks at rows more than once.

    With ``are_rows`` False, it is something about them that is staged, and none is told of.
    """
    file = reading.staging / f"{name}.parquet"
    done = reading.connection.execute(f"copy ({select}) to {quoted(file)} (format parquet)").fetchone()
    if are_rows:
        reading.progress(int(done[0]) if done else 0)
    return f"read_parquet({quoted(file)})"
