"""Canonical values as SQL over a table's landed columns, and the checks that report those that do not fit."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from sources.contract import Column, FieldCheck
from sources.mapped.expressions import Expression, parser
from sources.mapped.mapping import CanonicalColumn, TableMapping
from sources.quoting import identifier, quoted

_INTEGER_DIGITS = {"TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "UTINYINT": 3, "USMALLINT": 5, "UINTEGER": 10}


def safe(expression: Expression) -> str:
    """Return the expression's SQL, NULL where evaluating it fails."""
    return expression.sql if expression.column else f"try({expression.sql})"


def value_sql(canonical: CanonicalColumn) -> str:
    """Return the canonical value in its type, NULL where the source's value does not fit."""
    value = safe(canonical.expression)
    if canonical.values is not None:
        value = _translated(value, canonical)
    return f"try_cast({value} as {canonical.type})"


def entity_checks(table: TableMapping, columns: Sequence[Column]) -> tuple[FieldCheck, ...]:
    """Return one check per canonical column that a row may fail to fill. Raises ConfigError for SQL that cannot run."""
    checks = []
    types = {column.name.lower(): column.type.upper() for column in columns}
    for entity in table.entities:
        for canonical in entity.columns:
            bind(canonical.expression, columns, canonical.name)
            fails = _fails(canonical, types)
            if fails is None:
                continue
            member = f"({fails})" + (f" and coalesce({safe(entity.when)}, false)" if entity.when else "")
            name = f"{entity.entity}.{canonical.name}"
            checks.append(FieldCheck(name, _raw(canonical.expression), member, _reason(canonical)))
        if entity.when:
            bind(entity.when, columns, "when")
    if table.deleted_when:
        bind(table.deleted_when, columns, "deleted_when")
    return tuple(checks)


def bind(expression: Expression, columns: Sequence[Column], what: str) -> None:
    """Raise ConfigError, with the line, for an expression that DuckDB cannot run over columns of these types."""
    if expression.column:
        return
    nulls = ", ".join(f"cast(null as {column.type}) as {identifier(column.name)}" for column in columns)
    try:
        parser().execute(f"explain select {expression.sql} from (select {nulls})")
    except duckdb.Error as error:
        message = " ".join(str(error).split("\n\nLINE")[0].split())
        raise expression.node.error(f"{what}: {message}") from None


def _translated(value: str, canonical: CanonicalColumn) -> str:
    """Return a CASE that turns codes into values."""
    cases = [
        f"when {quoted(code)} then {'null' if word is None else quoted(word)}"
        for code, word in (canonical.values or {}).items()
    ]
    return f"case cast({value} as varchar) {' '.join(cases)} end"


def _fails(canonical: CanonicalColumn, types: dict[str, str]) -> str | None:
    """Return the condition under which a row cannot fill the canonical column, or None where it always can."""
    expression = canonical.expression
    value = safe(expression)
    present = f"nullif(cast({value} as varchar), '') is not null"
    if canonical.values is not None:
        codes = ", ".join(quoted(code) for code in canonical.values) or "null"
        return f"{present} and cast({value} as varchar) not in ({codes})"
    unfit = f"{present} and try_cast({value} as {canonical.type}) is null"
    if expression.column:
        return None if _always_fits(types[expression.column.lower()], canonical.type) else unfit
    if not expression.references:
        return None
    # COALESCE makes an honest NULL a value, so that TRY yields NULL only where evaluating fails
    breaks = f"try(coalesce(cast({expression.sql} as varchar), '')) is null"
    return breaks if canonical.type == "varchar" else f"{breaks} or ({unfit})"


def _always_fits(source: str, target: str) -> bool:
    """Whether every value of the landed type can be cast to the canonical type."""
    wanted = target.upper()
    if wanted == "VARCHAR" or source == wanted or (source, wanted) == ("DATE", "TIMESTAMP"):
        return True
    if wanted.startswith("DECIMAL"):
        digits, places = (int(part) for part in wanted.removeprefix("DECIMAL(").rstrip(")").split(","))
        if source.startswith("DECIMAL"):
            own_digits, own_places = (int(part) for part in source.removeprefix("DECIMAL(").rstrip(")").split(","))
            return own_digits - own_places <= digits - places
        return _INTEGER_DIGITS.get(source, 99) <= digits - places
    return wanted == "BOOLEAN" and source.endswith("INT")


def _raw(expression: Expression) -> str:
    """Return the text to show of a value that failed: the column's, or all that the expression uses."""
    shown = [f"cast({identifier(name)} as varchar)" for name in expression.references]
    return shown[0] if len(shown) == 1 else f"concat_ws(' | ', {', '.join(shown)})"


def _reason(canonical: CanonicalColumn) -> str:
    if canonical.values is not None:
        return f"not one of the codes listed for {canonical.name}: NULL in the canonical view"
    return f"not a {canonical.type}: NULL in the canonical view"
