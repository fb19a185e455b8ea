"""What the names of a query stand for: fields of its object in any case, and of parents by the path to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from sources.simulators.http import quoted, text
from sources.simulators.salesforce.errors import ApiError, malformed
from sources.simulators.salesforce.schema import Field, SObject
from sources.simulators.salesforce.state import OrgState

SObjectOf = Callable[[str], SObject | None]
ROW = "_0"  # the alias of the object's own rows; those of parents count on from it


@dataclass(frozen=True)
class Parent:
    """The record a path leads to: SQL of its id, null without one, and of its object's name."""

    identifier: str
    kind: str


class Names:
    """The names that a query of ``sobject`` can use."""

    def __init__(self, sobject: SObject, sobject_of: SObjectOf, state: OrgState) -> None:
        self.sobject, self._sobject_of, self._state = sobject, sobject_of, state

    def field(self, name: str) -> Field:
        """Return the field of a name as written, its own name in canonical case. Raises ApiError INVALID_FIELD."""
        *steps, last = name.split(".")
        if steps and steps[0].lower() == self.sobject.name.lower():
            del steps[0]
        if not steps:
            return _column(self.sobject, last)
        return self._reach(self.sobject, steps, last, name)

    def parents(self, fields: Iterable[Field]) -> dict[str, Parent]:
        """Return path → the record there, for every path that the names of ``fields`` begin with."""
        steps = [field.name.split(".")[:-1] for field in fields]
        paths = dict.fromkeys(".".join(each[:end]) for each in steps for end in range(1, len(each) + 1))
        kinds = " ".join(f"when {text(each.key_prefix)} then {text(each.name)}" for each in self._state.schema.values())
        identifiers = {path: self.field(f"{path}.Id").sql for path in paths}
        return {path: Parent(sql, f"case left({sql}, 3) {kinds} end") for path, sql in identifiers.items()}

    def _reach(self, sobject: SObject, steps: Sequence[str], last: str, written: str, depth: int = 0) -> Field:
        """Follow a path from the rows of a depth: a query in the query for each object a parent may be of."""
        alias = f"_{depth}"
        if not steps:
            field = _column(sobject, last)
            if field.is_compound:
                raise malformed(f"{written}: a compound field of a parent is not simulated")
            return replace(field, expression=f"{alias}.{quoted(field.name)}")
        reference = _reference(sobject, steps[0], written)
        targets = [target for name in reference.referenceTo if (target := self._sobject_of(name)) is not None]
        found, refused = [], _no_relationship(steps[0], written)
        for target in targets:
            try:
                field = self._reach(target, steps[1:], last, written, depth + 1)
            except ApiError as error:  # another of the objects may have it
                refused = error
                continue
            rows = f"{self._state.table(target.name)} as _{depth + 1}"
            match = f'_{depth + 1}."Id" = {alias}.{quoted(reference.name)}'
            found.append(replace(field, expression=f"(select {field.sql} from {rows} where {match})"))
        if not found:
            raise refused
        one = found[0].sql if len(found) == 1 else f"coalesce({', '.join(each.sql for each in found)})"
        return replace(found[0], name=f"{reference.relationship}.{found[0].name}", expression=one)


def _reference(sobject: SObject, step: str, written: str) -> Field:
    for field in sobject.columns:
        if field.referenceTo and field.relationship.lower() == step.lower():
            return field
    raise _no_relationship(step, written)


def _no_relationship(step: str, written: str) -> ApiError:
    return ApiError(400, "INVALID_FIELD", f"Didn't understand relationship '{step}' in field path '{written}'.")


def _column(sobject: SObject, name: str) -> Field:
    field = sobject.field(name)
    if field is None:
        raise ApiError(
            400,
            "INVALID_FIELD",
            f"No such column '{name}' on entity '{sobject.name}'. If you are attempting to use a custom field, be sure"
            " to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the"
            " appropriate names.",
        )
    return field
