"""Record keys as stewards write them, and as the warehouse knows them.

The warehouse's own form is ``source_system|source_instance|entity|source_record_id``; stewards may leave the system
out. A source's ids may hold ``|`` themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sources.quoting import quoted
from sources.yaml_lines import nearest

ENTITIES = ("accounts", "contacts", "leads")
FORM = "source_instance|entity|source_record_id, e.g. salesforce_emea|contacts|0035g00000AbCdE"


class UnreadableKeyError(ValueError):
    """A text that is no record key, or could be two; the text says what to write."""


@dataclass(frozen=True)
class Instances:
    """The sources there are: instance -> the systems it was ever read as; ``types`` are all systems there can be."""

    systems: Mapping[str, frozenset[str]]
    types: frozenset[str] = field(default=frozenset())

    @classmethod
    def of(cls, known: Iterable[tuple[str, str]], types: Iterable[str] = ()) -> Instances:
        """Return the instances of (system, instance) pairs."""
        systems: dict[str, frozenset[str]] = {}
        for system, instance in known:
            systems[instance] = systems.get(instance, frozenset()) | {system}
        return cls(systems, frozenset(types) | frozenset(one for each in systems.values() for one in each))


def full_key(text: str, instances: Instances) -> str:
    """Return the warehouse's key of a record. Raises UnreadableKeyError."""
    parts = text.split("|")
    whole, short = _with_system(parts, instances), _without_system(parts, instances)
    # an id that holds a bar can look like one form more; a source that was never read is then not meant
    found = [*(each for each in whole if not short or parts[1] in instances.systems), *short]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnreadableKeyError(f"'{text}' could be " + " or ".join(found) + ". Write the one you mean in this form.")
    raise UnreadableKeyError(_why_not(text, parts, instances))


def _with_system(parts: list[str], instances: Instances) -> list[str]:
    if len(parts) >= 4 and all(parts[:4]) and parts[0] in instances.types and parts[2] in ENTITIES:
        return ["|".join(parts)]
    return []


def _without_system(parts: list[str], instances: Instances) -> list[str]:
    if len(parts) >= 3 and all(parts[:3]) and parts[1] in ENTITIES:
        return ["|".join([system, *parts]) for system in sorted(instances.systems.get(parts[0], ()))]
    return []


def _why_not(text: str, parts: list[str], instances: Instances) -> str:
    if not text:
        return f"the record key is missing. Write {FORM}"
    at_entity = next((place for place, part in enumerate(parts[:3]) if place and part in ENTITIES), None)
    if at_entity == 1 and len(parts) >= 3 and all(parts[:3]):
        return (
            f"'{text}': there is no source '{parts[0]}'{nearest(parts[0], instances.systems)}."
            " For a source that is gone for good, write its system before it: source_system|source_instance|…"
        )
    if at_entity == 2 and len(parts) >= 4 and all(parts[:4]):
        return f"'{text}': there is no source system '{parts[0]}'{nearest(parts[0], instances.types)}"
    if len(parts) >= 3 and at_entity is None:
        return f"'{text}' names no entity: {', '.join(ENTITIES)}. Write {FORM}"
    return f"'{text}' is no record key. Write {FORM}"


def records(keys: Iterable[str]) -> str:
    """Return a FROM clause ``asked`` of at least one key in the warehouse's form: record_key and its four parts."""
    rows = ", ".join("({}, {}, {}, {}, {})".format(*map(quoted, (key, *key.split("|", 3)))) for key in sorted(keys))
    return f"(values {rows}) as asked(record_key, source_system, source_instance, entity, source_record_id)"
