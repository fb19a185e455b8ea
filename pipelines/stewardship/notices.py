"""What a steward should know about decisions that stand: those without effect, and those against what sources say.

None of it stops a run. What does is in ``decisions`` and ``contradictions``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import duckdb

from pipelines.settings import Settings
from pipelines.stewardship.decisions import Decision
from pipelines.stewardship.keys import records
from pipelines.stewardship.opening import open_registry
from pipelines.stewardship.paths import shortest
from pipelines.stewardship.recording import Standing, read_decisions
from pipelines.stewardship.words import RULES
from sources.quoting import quoted

STATED = ("merged_in_source", "lead_conversion", "person_account")


def look(settings: Settings, as_of: date) -> tuple[list[Standing], list[str]]:
    """Return the decisions as they stand in the files now, and what is worth a look about them.

    Raises StewardshipError for rows that are wrong or contradict each other, CrmWarehouseError without a lake.
    """
    configured = settings.load_config().instances
    with open_registry(settings) as connection:
        decisions, repeated = read_decisions(settings.stewardship, connection, configured, as_of)
        return decisions, [*repeated, *notices(connection, decisions, settings.warehouse)]


def vanished_count(settings: Settings) -> int:
    """Return how many decisions the last run found waiting for a record that is gone."""
    with open_registry(settings) as connection:
        found = connection.execute("select count(*) from lake.identity.decisions where status = 'vanished'").fetchone()
    return int(found[0]) if found else 0


def notices(connection: duckdb.DuckDBPyConnection, decisions: Sequence[Standing], warehouse: Path) -> list[str]:
    """Return one message each for what is worth a look; ``connection`` has the lake attached as ``lake``.

    The stated links of the sources are those of the last build of ``warehouse``; without one they are left out.
    """
    active = [each.decision for each in decisions if each.status == "active"]
    return [
        *_vanished(decisions),
        *_of_two_kinds(connection, active),
        *_pins_that_disagree(connection, active),
        *_against_sources(active, warehouse),
    ]


def _vanished(decisions: Iterable[Standing]) -> list[str]:
    return [
        f"{each.decision.place}: {' and '.join(each.missing)} cannot be found in any source; the decision waits until"
        " the record returns."
        for each in decisions
        if each.status == "vanished"
    ]


def _customers(connection: duckdb.DuckDBPyConnection, keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return record key -> (customer_id, customer_type) of records that have a customer."""
    wanted = set(keys)
    if not wanted:
        return {}
    found = connection.execute(
        f"select record_key, customer_id, customer_type from lake.identity.assignments join {records(wanted)}"
        " using (source_system, source_instance, entity, source_record_id) where is_current"
    ).fetchall()
    return {key: (customer, kind) for key, customer, kind in found}


def _of_two_kinds(connection: duckdb.DuckDBPyConnection, active: Iterable[Decision]) -> list[str]:
    pairs = [each for each in active if each.kind == "must_link"]
    known = _customers(connection, [key for each in pairs for key in each.keys])
    return [
        f"{each.place}: one record is a person, the other an organization; they stay two customers."
        for each in pairs
        if len({known[key][1] for key in each.keys if key in known}) > 1
    ]


def _pins_that_disagree(connection: duckdb.DuckDBPyConnection, active: Iterable[Decision]) -> list[str]:
    pins = [each for each in active if each.kind == "pinned_value"]
    known = _customers(connection, [each.record_key for each in pins])
    groups: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for each in pins:
        if each.record_key in known:
            groups[known[each.record_key][0], each.attribute].append(each)
    return [
        f"{pins[0].place}: pins {attribute} to '{pins[0].value}', but {each.place} pins it to '{each.value}', and both"
        f" records belong to customer {customer}. Keep one of the rows."
        for (customer, attribute), pins in groups.items()
        for each in pins[1:]
        if each.value != pins[0].value
    ]


def _against_sources(active: Iterable[Decision], warehouse: Path) -> list[str]:
    """Return a message for each pair kept apart that the sources' own links join: the steward's word goes."""
    apart = [each for each in active if each.kind == "must_not_link"]
    links = _stated_links(warehouse, {key for each in apart for key in each.keys}) if apart else {}
    found = []
    for each in apart:
        steps = shortest(links, each.record_key, each.other_record_key)
        if steps:
            said = "; ".join(f"{left} and {right}: {RULES[rule]}" for left, right, rule in steps)
            found.append(f"{each.place}: is kept apart although the sources say otherwise ({said}).")
    return found


def _stated_links(warehouse: Path, keys: Iterable[str]) -> dict[str, list[tuple[str, tuple[str, str, str]]]]:
    """Return record -> (record, link) for the sources' own links (record, record, rule) around some records."""
    if not warehouse.exists():
        return {}
    values = ", ".join(f"({quoted(key)})" for key in keys)
    try:
        opened = duckdb.connect(str(warehouse), read_only=True)
    except duckdb.IOException:
        return {}  # a run is writing to it, and will tell itself
    with opened as connection:
        has_links = "select 1 from duckdb_tables() where table_name = 'int_customers__links'"
        if connection.execute(has_links).fetchone() is None:
            return {}
        found = connection.execute(
            f"""
            with recursive
            links as (
                select record_key, other_record_key, rule from intermediate.int_customers__links
                where rule in ({", ".join(map(quoted, STATED))})
                union all
                select other_record_key, record_key, rule from intermediate.int_customers__links
                where rule in ({", ".join(map(quoted, STATED))})
            ),
            reached as (
                select record_key from (values {values}) as v(record_key)
                union
                select links.other_record_key from reached join links using (record_key)
            )
            select links.* from links semi join reached using (record_key) order by all
            """
        ).fetchall()
    links: dict[str, list[tuple[str, tuple[str, str, str]]]] = defaultdict(list)
    for record, other, rule in found:
        links[record].append((other, (record, other, rule)))
    return links
