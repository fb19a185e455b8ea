"""Which rows of an extract are changes: new, changed, deleted, or the same as the record's last row in the log.

The work is done in temporary tables inside the commit's transaction. Records and states are compared through
64-bit hashes first, which keeps a re-read of millions of rows small in memory; only what seems to differ is then
compared exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from sources.contract import Column, Extract
from sources.errors import SourceError
from sources.lake.rows import KEY, STATE, log_rows, record_id, typed_rows
from sources.lake.schema import Placed
from sources.quoting import identifier, literal, quoted

_ROW = ("_record_id", "_op", "_delete_reason", "_merged_into", "_source_modified_at", "_row_hash")
# so many rows of a window are compared exactly at once
_FEW = 50_000
_TEMPORARY = ("lake_seen", "lake_states", "lake_candidates", "lake_absent", "lake_known", "lake_changed", "lake_gone")


class NotStreamable(Exception):
    """A first load met rows without a key or several versions of one record; it must be compared instead."""


@dataclass(frozen=True)
class Target:
    """One change log as one commit of one source writes to it; ``loaded_at`` is naive UTC."""

    source: str
    run_id: str
    log: str
    columns: tuple[Column, ...]
    placed: tuple[Placed, ...]
    loaded_at: datetime

    @property
    def mine(self) -> str:
        """Return the condition that picks this source's rows of the log."""
        return f"_source = {quoted(self.source)}"


@dataclass(frozen=True)
class Appended:
    """Rows of the extract read, of these appended and without a key; and records newly marked as deleted.

    ``clashing`` rows have the key and change time of another that was kept; they are in ``temp.lake_clashes``, as
    ``_record_id`` and ``payload``.
    """

    read: int
    rows: int
    keyless: int
    deleted: int
    clashing: int = 0


def append(connection: duckdb.DuckDBPyConnection, target: Target, extract: Extract, *, stream: bool) -> Appended:
    """Append an extract's real changes to the log.

    With ``stream``, the rows are the source's first and go straight in. Raises NotStreamable when that was too hopeful,
    SourceError when a snapshot shrinks beyond belief; the caller rolls back.
    """
    if extract.has_feed:
        _load_feed(connection, extract)
    if stream:
        return _append_all(connection, target, extract)
    return _append_changed(connection, target, extract)


def _load_feed(connection: duckdb.DuckDBPyConnection, extract: Extract) -> None:
    """Keep what the extract says of records without rows: a delete, or the survivor of a merge, which goes before."""
    parts = []
    if extract.deletes is not None:
        parts.append(f"select record_id, deleted_at, reason, null::varchar as merged_into from {extract.deletes}")
    if extract.merges is not None:
        merged = "null::timestamp as deleted_at, null::varchar as reason, merged_into"
        parts.append(f"select record_id, {merged} from {extract.merges}")
    connection.execute(f"""
create or replace temp table lake_feed as
select record_id as _record_id, cast(max(deleted_at) as timestamp) as _fed_at, max(merged_into) as _fed_into,
    coalesce(arg_max(reason, coalesce(deleted_at, timestamp '-infinity')), 'purged') as _fed_reason
from ({" union all ".join(parts)}) as feed where record_id is not null group by record_id""")


def _append_all(connection: duckdb.DuckDBPyConnection, target: Target, extract: Extract) -> Appended:
    """Stream the source straight into the log, then prove that every row is a record of its own."""
    connection.execute(_insert(target, f"({log_rows(extract, target.columns, target.placed)})"))
    rows, keyed, records, deleted = _one(
        connection,
        f"select count(*), count(_record_id), count(distinct {KEY}), count(*) filter (_op = 'delete')"
        f" from {target.log} where {target.mine}",
    )
    if not rows == keyed == records:
        raise NotStreamable
    return Appended(rows, rows, 0, deleted)


def _append_changed(connection: duckdb.DuckDBPyConnection, target: Target, extract: Extract) -> Appended:
    """Compare every row with its record's last row in the log; append what differs, and the deletes."""
    read, keyless = _load_seen(connection, target, extract)
    if not read and not extract.has_feed and extract.replaced is None and not extract.is_snapshot:
        return Appended(0, 0, 0, 0)
    _load_states(connection, target, extract, read)
    _load_absent(connection, target, extract, keyless)
    _load_candidates(connection, target, extract)
    _load_known(connection, target, extract)
    _load_changed(connection, extract)
    _load_gone(connection, target, extract, keyless)
    clashing = _load_clashes(connection, target)
    rows, deleted = _one(
        connection,
        "select count(*), count(*) filter (_op = 'delete' and _known_op is distinct from 'delete')"
        " from temp.lake_changed",
    )
    (gone,) = _one(connection, "select count(*) from temp.lake_gone")
    if rows:
        connection.execute(_insert(target, "temp.lake_changed"))
    if gone:
        connection.execute(_insert_gone(target))
    for table in _TEMPORARY:
        connection.execute(f"drop table temp.{table}")
    return Appended(read, rows, keyless, deleted + gone, clashing)


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    """Return the single row of a query of counts."""
    row = connection.execute(query).fetchone()
    assert row is not None, query
    return row


def _insert(target: Target, rows: str) -> str:
    """Return the INSERT of ``rows``, a FROM clause as ``log_rows`` gives it, into the log."""
    columns = ", ".join([*_ROW, *(identifier(column.name) for column in target.placed)])
    stamps = f"{quoted(target.source)}, {quoted(target.loaded_at)}::timestamp, {quoted(target.run_id)}"
    return f"insert into {target.log} (_source, _loaded_at, _run_id, {columns}) select {stamps}, {columns} from {rows}"


def _load_seen(connection: duckdb.DuckDBPyConnection, target: Target, extract: Extract) -> tuple[int, int]:
    """Keep which records the extract lists and how often; return the rows read and those without a key."""
    connection.execute(f"""
create or replace temp table lake_seen as
with keyed as (
    select {record_id(extract.object.key)} as _record_id
    from ({typed_rows(extract, target.columns)}) as typed
)
select {KEY} as _row_key, count(*) as _copies, count(*) filter (_record_id is null) as _keyless
from keyed group by _row_key""")
    read, keyless = _one(
        connection,
        "select coalesce(sum(_copies), 0)::bigint, coalesce(sum(_keyless), 0)::bigint from temp.lake_seen",
    )
    return read, keyless


def _load_states(connection: duckdb.DuckDBPyConnection, target: Target, extract: Extract, read: int) -> None:
    """Keep the last state of every record that the extract lists; of every known one for a snapshot.

    Of a small window nothing is kept: comparing all of its rows exactly costs less than a pass over the log.
    """
    if read <= _FEW and not extract.is_snapshot:
        connection.execute("create or replace temp table lake_states (_row_key ubigint, _row_state ubigint)")
        return
    about = "" if extract.is_snapshot else f"and {KEY} in (select _row_key from temp.lake_seen)"
    living = ", arg_max(_op = 'upsert', _loaded_at) as _is_living" if extract.is_snapshot else ""
    connection.execute(f"""
create or replace temp table lake_states as
select {KEY} as _row_key, arg_max({STATE}, _loaded_at) as _row_state {living}
from {target.log} where {target.mine} {about} group by _row_key""")


def _all_identified(extract: Extract, keyless: int) -> bool:
    """Say whether every row read is known by its key: one that is not may be any record, so none is absent for sure.

    A reject without a record is such a row, unless it is of a field beside the key: its row was read all the same.
    """
    key = {name.lower() for name in extract.object.key}
    unknown = (reject.field_name for reject in extract.rejects if reject.record_id is None)
    return not keyless and not any(field is None or field.lower() in key for field in unknown)


def _set_aside(extract: Extract) -> str:
    """Return the list of the records that a reader set aside: each is there, though not among the rows."""
    ids = dict.fromkeys(reject.record_id for reject in extract.rejects if reject.record_id is not None)
    return f"[{', '.join(f'hash({literal(each)})' for each in ids)}]::ubigint[]"


def _load_absent(connection: duckdb.DuckDBPyConnection, target: Target, extract: Extract, keyless: int) -> None:
    """Keep the living records that a snapshot does not list, if that proves anything.

    A row that could not be identified may be any of them, so then none is taken for deleted. Raises SourceError
    when more are absent than the shrink limit allows, beside those that a delete feed names.
    """
    connection.execute("create or replace temp table lake_absent (_row_key ubigint)")
    if not extract.is_snapshot or not _all_identified(extract, keyless):
        return
    connection.execute(
        "insert into temp.lake_absent select _row_key from temp.lake_states"
        " anti join temp.lake_seen using (_row_key)"
        f" where _is_living and not list_contains({_set_aside(extract)}, _row_key)"
    )
    told = f" where _row_key not in (select {KEY} from temp.lake_feed)" if extract.has_feed else ""
    (absent,) = _one(connection, f"select count(*) from temp.lake_absent{told}")
    (known,) = _one(connection, "select count(*) from temp.lake_states where _is_living")
    if absent > extract.shrink_limit * known:
        raise SourceError(
            target.source,
            extract.object.name,
            f"the snapshot lacks {absent:,} of {known:,} known records, more than the shrink limit of"
            f" {extract.shrink_limit:.0%} allows.",
            "Nothing was committed: every record is kept as it was. Check that the source was read completely;"
            " if the records are really gone, raise shrink_limit for one run.",
        )


def _load_candidates(connection: duckdb.DuckDBPyConnection, target: Target, extract: Extract) -> None:
    """Keep the rows that seem to differ from their record's last state, and all rows of records listed twice."""
    connection.execute(f"""
create or replace temp table lake_candidates as
select read_rows.*, coalesce(copied._copies, 1) as _copies
from ({log_rows(extract, target.columns, target.placed)}) as read_rows
left join temp.lake_states as states on read_rows._row_key = states._row_key
left join (select * from temp.lake_seen where _copies > 1) as copied on read_rows._row_key = copied._row_key
where _record_id is not null
    and (read_rows._row_state is distinct from states._row_state or copied._row_key is not null)""")


def _load_known(connection: duckdb.DuckDBPyConnection, target: Target, extract: Extract) -> None:
    """Keep the last log row's state, exactly, of the records that may get a new row."""
    wanted = "select _record_id from temp.lake_candidates"
    if extract.has_feed:
        wanted += " union all select _record_id from temp.lake_feed"
    absent = f"or {KEY} in (select _row_key from temp.lake_absent)" if extract.is_snapshot else ""
    connection.execute(f"""
create or replace temp table lake_known as
select _record_id, max(_loaded_at) as _known_at,
    arg_max(_op, _loaded_at) as _known_op,
    arg_max({STATE}, _loaded_at) as _known_state,
    arg_max_null(_merged_into, _loaded_at) as _known_into,
    arg_max_null(_source_modified_at, _loaded_at) as _known_modified_at
from {target.log} where {target.mine} and (_record_id in ({wanted}) {absent})
group by _record_id""")


def _load_changed(connection: duckdb.DuckDBPyConnection, extract: Extract) -> None:
    """Keep the rows to append: one per record, different from its last row, and not older than it.

    Of several versions of a record in one extract the one the cursor puts last counts; ties fall to the larger
    state, so that the order of arrival never matters. A row older than the record's last row, by the source's
    own change time, is a late copy and says nothing new; a snapshot, though, states what is true now.
    """
    is_true_now = extract.is_snapshot or extract.is_current
    late = "false" if is_true_now else "coalesce(_source_modified_at < _known_modified_at, false)"
    connection.execute(f"""
create or replace temp table lake_changed as
with final_versions as (
    select * from temp.lake_candidates where _copies = 1
    union all
    select * from (
        select * from temp.lake_candidates where _copies > 1
        qualify row_number() over (partition by _record_id order by _row_order desc nulls last, _row_state desc) = 1
    )
)
select final_versions.*, _known_op
from final_versions left join temp.lake_known using (_record_id)
where _row_state is distinct from _known_state and not {late}""")


def _load_gone(connection: duckdb.DuckDBPyConnection, target: Target, extract: Extract, keyless: int) -> None:
    """Keep the living records that a delete feed, or their absence from a snapshot or from their parent, proves gone.

    A feed's entry older than the record's last change was undone by it, and one that the log already holds was
    applied before: neither deletes again. A record that was merged away is so whatever was known of it.
    """
    fed = f"""
    union all
    select _record_id, _known_at, _fed_at, case when _fed_into is null then _fed_reason else 'merged' end, _fed_into
    from temp.lake_known inner join temp.lake_feed using (_record_id)
    where (_known_op = 'upsert' or coalesce(_fed_into <> _known_into, _fed_into is not null))
        and {KEY} not in (select _row_key from temp.lake_seen)
        and coalesce(_fed_at >= _known_modified_at, true)
        and (_record_id, _fed_at) not in (
            select (_record_id, _source_modified_at) from {target.log}
            where {target.mine} and _op = 'delete' and _source_modified_at is not null
                and _record_id in (select _record_id from temp.lake_feed)
        )"""
    replaced = _replaced(target, extract) if extract.replaced and _all_identified(extract, keyless) else ""
    connection.execute(f"""
create or replace temp table lake_gone as
select * from (
    select _record_id, _known_at, null::timestamp as _gone_at, 'purged' as _gone_reason, null::varchar as _gone_into
    from temp.lake_known
    where _known_op = 'upsert' and {KEY} in (select _row_key from temp.lake_absent)
    {fed if extract.has_feed else ""}
    {replaced}
)
qualify row_number() over (partition by _record_id order by _gone_into is null, _gone_at desc nulls last) = 1""")


def _replaced(target: Target, extract: Extract) -> str:
    """Return the living records of the parents read whole that the extract does not list, to be united with others."""
    parent = next(each.name for each in target.placed if each.source == extract.object.key[0])
    return f"""
    union all
    select _record_id, max(_loaded_at), max(changed_at), 'purged', null::varchar
    from {target.log} as known
    inner join {extract.replaced} as parents on known.{identifier(parent)} = parents.parent_id
    where {target.mine} and {KEY} not in (select _row_key from temp.lake_seen)
        and not list_contains({_set_aside(extract)}, {KEY})
    group by _record_id having arg_max(_op, _loaded_at) = 'upsert'"""


def _load_clashes(connection: duckdb.DuckDBPyConnection, target: Target) -> int:
    """Keep the rows that nothing tells from another of their record and that say otherwise; return how many.

    A key that is not unique would lose them without a word.
    """
    own = ", ".join(f"{identifier(column.name)} := {identifier(column.name)}" for column in target.placed)
    order = "partition by _record_id order by _row_order desc nulls last"
    connection.execute(f"""
create or replace temp table lake_clashes as
select _record_id, to_json(struct_pack({own}))::varchar as payload
from (
    select *, rank() over ({order}) as _rank, first_value(_row_state) over ({order}, _row_state desc) as _kept_state
    from temp.lake_candidates where _copies > 1
)
where _rank = 1 and _row_state <> _kept_state""")
    (clashing,) = _one(connection, "select count(*) from temp.lake_clashes")
    return clashing


def _insert_gone(target: Target) -> str:
    """Return the INSERT of delete rows that repeat each gone record's last values, whole."""
    return f"""
insert into {target.log}
select last.* replace (
    'delete' as _op, _gone_reason as _delete_reason, _gone_into as _merged_into, _gone_at as _source_modified_at,
    {quoted(target.loaded_at)}::timestamp as _loaded_at, {quoted(target.run_id)} as _run_id
)
from {target.log} as last inner join temp.lake_gone as gone
    on last._record_id = gone._record_id and last._loaded_at = gone._known_at
where {target.mine}"""
