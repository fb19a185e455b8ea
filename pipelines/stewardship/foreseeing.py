"""Asks what the stewards' files, other files, or single decisions would change, before any run has read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from pipelines.settings import Settings
from pipelines.stewardship import contradictions, matcher, whatif
from pipelines.stewardship.decisions import Decision, load, standing
from pipelines.stewardship.keys import Instances
from pipelines.stewardship.opening import has_table, open_all
from pipelines.stewardship.recording import known_instances
from pipelines.stewardship.subjects import subject
from sources.errors import CrmWarehouseError


def foreseen(
    settings: Settings,
    folder: Path,
    assumed: Mapping[str, tuple[str, str]],
    threshold: float | None,
    as_of: date,
) -> whatif.Outcome:
    """Return what would change if the files of ``folder`` held, ``assumed`` pairs by kind, and ``threshold``.

    An assumed pair is of records, or of customers: these stand for their first record. Raises StewardshipError for
    rows that are wrong or contradict each other, also with what is assumed.
    """
    configured = settings.load_config().instances
    with open_all(settings) as connection:
        if not has_table(connection, "warehouse", "matching", "links"):
            raise CrmWarehouseError("No run has compared records yet. Run `crm-warehouse run` first.")
        instances = known_instances(connection, configured)
        keys = {
            kind: [subject(connection, each, instances).records[0] for each in pair] for kind, pair in assumed.items()
        }
    decisions = [*_active(folder, instances, as_of), *(_assumed(kind, pair) for kind, pair in keys.items())]
    contradictions.refuse(decisions, as_of)
    table = matcher.foresee(settings, decisions, threshold)
    with open_all(settings) as connection:
        return whatif.outcome(connection, table)


def _active(folder: Path, instances: Instances, as_of: date) -> Iterable[Decision]:
    decisions, _ = standing(load(folder, instances), as_of)
    return [each for each in decisions if not each.has_expired(as_of)]


def _assumed(kind: str, pair: list[str]) -> Decision:
    first, second = sorted(pair)
    if first == second:
        raise CrmWarehouseError(f"both keys name the same record, {first}.")
    return Decision(kind, "what-if", "assumed", first, second, path=Path("what-if"))
