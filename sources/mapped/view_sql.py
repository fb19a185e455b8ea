"""The SELECT behind one table's view of one entity: change-log rows in canonical columns."""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence

from sources.lake.rows import record_id
from sources.lake.schema import TECHNICAL
from sources.mapped.canonical import safe, value_sql
from sources.mapped.entities import entities
from sources.mapped.mapping import EntityMapping, TableMapping
from sources.quoting import identifier, quoted

STATE = {
    "_source": "varchar",
    "_record_id": "varchar",
    "_op": "varchar",
    "_delete_reason": "varchar",
    "_merged_into": "varchar",
    "_source_modified_at": "timestamp",
    "_loaded_at": "timestamp",
}


def entity_sql(
    source: str, log: str, table: TableMapping, entity: EntityMapping, columns: Map[str, str], variants: Sequence[str]
) -> str:
    """Return the SELECT with STATE and the entity's columns in order.

    Args:
        columns: the log's columns and types; what the mapping uses beyond them is NULL.
        variants: columns that hold values of another type for a column they are named after.
    """
    mine = f"lake.mapped.{identifier(log)} where _source = {quoted(source)}"
    base = f"(select {_base(table, columns, variants)} from {mine})"
    mapped = {each.name: value_sql(each) for each in entity.columns}
    mapped.setdefault("modified_at", "_source_modified_at")
    types = entities()[entity.entity]
    values = ", ".join(
        f"{mapped.get(name, f'cast(null as {kind})')} as {identifier(name)}" for name, kind in types.items()
    )
    if [(each.column or "").lower() for each in entity.key] == [(each.column or "").lower() for each in table.key]:
        return _same_records(base, entity, values)
    return _other_records(base, entity, values)


def _base(table: TableMapping, columns: Map[str, str], variants: Sequence[str]) -> str:
    """Return the log's columns under the mapping's names, with what a changed type moved aside brought back."""
    known = {name.lower(): name for name in columns}
    wanted = {name for expression in table.expressions() for name in expression.references}
    selected = list(TECHNICAL)
    for name in sorted(wanted):
        moved = [each for each in variants if each.lower().startswith(f"{name.lower()}__")]
        own = identifier(known[name.lower()]) if name.lower() in known else "cast(null as varchar)"
        if moved:
            own = f"coalesce({', '.join(f'cast({part} as varchar)' for part in [*map(identifier, moved), own])})"
        selected.append(f"{own} as {identifier(name)}")
    return ", ".join(selected)


def _prefixed(entity: EntityMapping, expression: str) -> str:
    return f"{quoted(entity.id_prefix)} || {expression}" if entity.id_prefix else expression


def _same_records(base: str, entity: EntityMapping, values: str) -> str:
    """Return the SELECT for an entity whose records are the table's own.

    A record that stops meeting ``when`` is deleted from the entity; one that never met it was never part of it.
    """
    member = f"coalesce({safe(entity.when)}, false)" if entity.when else "true"
    ever = f" where _record_id in (select _record_id from {base} where {member})" if entity.when else ""
    return f"""select
    _source, {_prefixed(entity, "_record_id")} as _record_id,
    case when {member} then _op else 'delete' end as _op, _delete_reason,
    {_prefixed(entity, "_merged_into")} as _merged_into, _source_modified_at, _loaded_at,
    {values}
from {base}{ever}"""


def _other_records(base: str, entity: EntityMapping, values: str) -> str:
    """Return the SELECT for an entity that is spread over many of the table's records, such as a shop's customers.

    Its state at a commit is that of its latest row there. It is deleted with the commit after which no living row
    carries it any more, so that whoever has read the log up to a commit finds all that is new after it.
    """
    member = f" and coalesce({safe(entity.when)}, false)" if entity.when else ""
    entity_id = record_id(tuple(each.column or "" for each in entity.key))
    following = ", ".join(
        f"lead({column}) over (partition by _record_id order by _loaded_at) as _next{column}"
        for column in ("_loaded_at", "_delete_reason", "_source_modified_at")
    )
    return f"""with raw as (select *, {entity_id} as _entity_id from {base}),
carriers as (
    select * from (
        select *, _op = 'upsert' and _entity_id is not null{member} as _is_carrier, {following} from raw
    ) where _is_carrier
),
living as (select distinct _entity_id from carriers where _next_loaded_at is null),
states as (
    select * from carriers
    union all
    select * replace (
        'delete' as _op, _next_loaded_at as _loaded_at, _next_delete_reason as _delete_reason,
        _next_source_modified_at as _source_modified_at
    )
    from carriers where _entity_id not in (select _entity_id from living)
    qualify row_number() over (partition by _entity_id order by _next_loaded_at desc, _record_id desc) = 1
),
canonical as (
    select _source, _record_id as _row_id, {_prefixed(entity, "_entity_id")} as _record_id, _op, _delete_reason,
        cast(null as varchar) as _merged_into, _source_modified_at, _loaded_at,
        {values}
    from states
)
select * exclude (_row_id) from canonical
qualify row_number() over (
    partition by _record_id, _loaded_at order by _op desc, modified_at desc nulls last, _row_id desc
) = 1"""
