"""What a record points to: the single-valued navigation properties of a table, as SQL over a row of it."""

from __future__ import annotations

from collections.abc import Callable

from sources.simulators.dynamics.errors import unknown_property
from sources.simulators.dynamics.schema import Attribute, Table
from sources.simulators.dynamics.state import EnvironmentState
from sources.simulators.http import quoted, text

ROW = "r"


def property_of(attribute: Attribute, target: str) -> str:
    """The navigation property of a lookup: of an owner and of one target its own name, else with the target's."""
    own = attribute.type == "Owner" or not attribute.is_polymorphic
    return attribute.name if own else f"{attribute.name}_{target}"


def targets_of(name: str, table: Table) -> tuple[Attribute, tuple[str, ...]]:
    """Return the lookup of a navigation property and what it leads to. Raises ApiError 400 where there is none."""
    for attribute in table.attributes:
        found = tuple(each for each in attribute.targets if property_of(attribute, each) == name)
        if found:
            return attribute, found
    raise unknown_property(name, table.name)


def related_sql(
    state: EnvironmentState, attribute: Attribute, target: str, alias: str, shown: Callable[[Table, str], str]
) -> str:
    """``shown`` of the record of ``target`` that the row ``alias`` points to; null where it points to none."""
    if target not in state.schema:
        return "null"
    table, joined = state.visible(state.schema[target]), f"{alias}j"
    where = f"{joined}.{quoted(table.primary_id)} = {alias}.{quoted(attribute.name)}"
    if attribute.is_polymorphic:
        where += f" and {alias}.{quoted(attribute.name + '_type')} = {text(target)}"
    return f"(select max({shown(table, joined)}) from {state.table(table.name)} as {joined} where {where})"


def name_sql(state: EnvironmentState, attribute: Attribute, alias: str) -> str:
    """The primary name of what a lookup points to."""

    def name(table: Table, joined: str) -> str:
        return f"{joined}.{quoted(table.primary_name)}" if table.of_property(table.primary_name) else "null"

    names = [related_sql(state, attribute, target, alias, name) for target in attribute.targets]
    return f"coalesce({', '.join([*names, 'null'])})"


def value_sql(path: str, table: Table, state: EnvironmentState, alias: str = ROW) -> tuple[Attribute, str]:
    """Return an attribute and its value; ``path`` is a property, or leads to one: ``primarycontactid/fullname``."""
    name, _, rest = path.partition("/")
    if not rest:
        attribute = table.of_property(name)
        if attribute is None:
            raise unknown_property(name, table.name)
        return attribute, f"{alias}.{quoted(attribute.name)}"
    lookup, (target, *_) = targets_of(name, table)
    if target not in state.schema:
        raise unknown_property(name, table.name)
    found, _ = value_sql(rest, state.visible(state.schema[target]), state)
    value = related_sql(state, lookup, target, alias, lambda other, joined: value_sql(rest, other, state, joined)[1])
    return found, value
