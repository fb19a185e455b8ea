"""The labels of choices, as the metadata of an attribute expands them; they are kept in the table stringmap."""

from __future__ import annotations

from typing import Any

from sources.simulators.dynamics.schema import Attribute, Table
from sources.simulators.dynamics.state import EnvironmentState
from sources.simulators.http import text

CHOICES = ("Picklist", "State", "Status", "Boolean", "MultiSelectPicklist")
_ENGLISH = 1033


def option_set(state: EnvironmentState, table: Table, attribute: Attribute) -> dict[str, Any]:
    """Return the ``OptionSet`` of an attribute that is one of ``CHOICES``."""
    if attribute.type == "Boolean":
        return {"TrueOption": _option(1, [(_ENGLISH, "Yes")]), "FalseOption": _option(0, [(_ENGLISH, "No")])}
    labels: dict[int, list[tuple[int, str]]] = {}
    if "stringmap" in state.schema:
        rows = state.cursor().execute(
            f"select attributevalue, langid, value from {state.table('stringmap')}"
            f" where objecttypecode = {text(table.name)} and attributename = {text(attribute.name)} order by all"
        )
        for value, language, label in rows.fetchall():
            labels.setdefault(value, []).append((language, label))
    options = [_option(value, known) | _paired(state, table, attribute, value) for value, known in labels.items()]
    return {"IsGlobal": False, "Options": options}


def _paired(state: EnvironmentState, table: Table, attribute: Attribute, value: int) -> dict[str, Any]:
    """The state that a status belongs to, the first status of a state: as records have them."""
    pair = {"Status": ("statuscode", "State", "statecode"), "State": ("statecode", "DefaultStatus", "statuscode")}
    if attribute.type not in pair or not {"statecode", "statuscode"} <= set(table.columns()):
        return {}
    own, name, other = pair[attribute.type]
    sql = f"select min({other}) from {state.table(table.name)} where {own} = {value}"
    found = state.cursor().execute(sql).fetchone()
    return {name: found[0] if found else None}


def _option(value: int, labels: list[tuple[int, str]]) -> dict[str, Any]:
    localized = [{"Label": label, "LanguageCode": language} for language, label in labels]
    return {"Value": value, "Label": {"LocalizedLabels": localized, "UserLocalizedLabel": localized[0]}}
