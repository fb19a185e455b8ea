"""The formatted value of an attribute, as a user whose language is English and whose time is UTC sees it, in SQL."""

from __future__ import annotations

from sources.simulators.dynamics.navigation import name_sql, related_sql
from sources.simulators.dynamics.schema import Attribute, Table
from sources.simulators.dynamics.state import EnvironmentState
from sources.simulators.http import quoted, text

_CHOICES = ("Picklist", "State", "Status")


def formatted_sql(state: EnvironmentState, table: Table, attribute: Attribute, alias: str) -> str | None:
    """Return the text, null for an empty attribute; None for a type that is not formatted."""
    column = f"{alias}.{quoted(attribute.name)}"
    if attribute.is_lookup:
        return name_sql(state, attribute, alias)
    if attribute.type in (*_CHOICES, "MultiSelectPicklist"):
        return _labels(state, table, attribute, column)
    if attribute.type == "Boolean":
        return f"case {column} when true then 'Yes' when false then 'No' end"
    if attribute.type == "Money":
        return f"{_symbol(state, table, alias)} || format('{{:,.2f}}', {column}::double)"
    if attribute.type == "DateTime":
        return f"strftime({column}, '%-m/%-d/%Y %-I:%M %p')"
    if attribute.type == "DateOnly":
        return f"strftime({column}, '%-m/%-d/%Y')"
    return None


def _labels(state: EnvironmentState, table: Table, attribute: Attribute, column: str) -> str | None:
    if "stringmap" not in state.schema:
        return None
    several = attribute.type == "MultiSelectPicklist"
    chosen = f"list_contains({column}, s.attributevalue)" if several else f"s.attributevalue = {column}"
    return (
        f"(select string_agg(s.value, '; ' order by s.attributevalue) from {state.table('stringmap')} as s"
        f" where s.objecttypecode = {text(table.name)} and s.attributename = {text(attribute.name)}"
        f" and s.langid = 1033 and {chosen})"
    )


def _symbol(state: EnvironmentState, table: Table, alias: str) -> str:
    """The symbol of a record's currency; the code where it has none here."""
    lookup = table.of_property("_transactioncurrencyid_value")
    if lookup is None:
        return "'$'"
    code = related_sql(state, lookup, "transactioncurrency", alias, lambda _, joined: f"{joined}.isocurrencycode")
    return f"case {code} when 'EUR' then '€' when 'GBP' then '£' else coalesce(nullif({code}, 'USD') || ' ', '$') end"
