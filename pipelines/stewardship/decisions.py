"""One steward's decision, and the rules for a row that says one. Rows that contradict each other are found elsewhere.

An empty ``expires_on`` is never; a decision applies through that day.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipelines.stewardship import files
from pipelines.stewardship.files import Row, StewardshipError
from pipelines.stewardship.keys import Instances, UnreadableKeyError, full_key
from sources.yaml_lines import nearest

KINDS = {
    "must_link": "must_link",
    "must_not_link": "must_not_link",
    "pinned_values": "pinned_value",
    "placeholder_values": "placeholder_value",
}
PINNABLE = (
    "customer_name", "first_name", "last_name", "birth_date", "email", "phone", "mobile_phone", "street", "postal_code",
    "city", "state", "country", "website", "industry", "job_title", "acquisition_source", "has_opted_out_of_email",
)  # fmt: skip
PLACEHOLDERS = ("email", "phone", "name", "official_id", "birth_date", "street", "postal_code", "city")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Decision:
    """What one row says.

    Attributes:
        kind: must_link, must_not_link, pinned_value or placeholder_value.
        record_key, other_record_key: in the warehouse's form; of a pair the smaller one first. Empty where the kind
            has none, as are attribute and value.
        path, line: where it stands.
    """

    kind: str
    author: str
    reason: str
    record_key: str = ""
    other_record_key: str = ""
    attribute: str = ""
    value: str = ""
    decided_on: date | None = None
    expires_on: date | None = None
    path: Path = field(default=Path("-"), compare=False)
    line: int = field(default=0, compare=False)

    @property
    def decision_id(self) -> str:
        """The same for the same words about the same records, whoever says them, wherever they stand."""
        said = [self.kind, self.record_key, self.other_record_key, self.attribute, self.value]
        return "d_" + hashlib.sha256(json.dumps(said).encode()).hexdigest()[:20]

    @property
    def keys(self) -> tuple[str, ...]:
        """The records it speaks of."""
        return tuple(key for key in (self.record_key, self.other_record_key) if key)

    @property
    def place(self) -> str:
        """``<file>:<line> (<author>)``, for messages."""
        return f"{self.path}:{self.line} ({self.author})" if self.line else f"{self.path} (new, {self.author})"

    def has_expired(self, as_of: date) -> bool:
        """Say whether it applies no more on the day ``as_of``."""
        return self.expires_on is not None and self.expires_on < as_of


def load(folder: Path, instances: Instances) -> list[Decision]:
    """Return the decisions in the files of a folder, in their order. A file that is missing holds none.

    Raises StewardshipError naming every row that is wrong.
    """
    rows, mistakes = files.read(folder)
    found = []
    for name, kind in KINDS.items():
        for row in rows[name]:
            decision = _decision(kind, row, instances, mistakes)
            if decision:
                found.append(decision)
    if mistakes:
        raise StewardshipError(mistakes)
    return found


def standing(decisions: Iterable[Decision], as_of: date) -> tuple[list[Decision], list[str]]:
    """Return the decisions with each one once, and a message for each row that repeats another.

    Two stewards may say the same. Of equal words the row that applies longest stands, then the later, then the first.
    """
    kept: dict[str, Decision] = {}
    repeated = []
    for each in decisions:
        before = kept.setdefault(each.decision_id, each)
        if before is each:
            continue
        stays, goes = (each, before) if _lasts(each) > _lasts(before) else (before, each)
        kept[each.decision_id] = stays
        if not goes.has_expired(as_of):
            repeated.append(f"{goes.place} says what {stays.place} says; one of the rows can go.")
    return list(kept.values()), repeated


def _lasts(decision: Decision) -> tuple[date, date]:
    return decision.expires_on or date.max, decision.decided_on or date.min


def _decision(kind: str, row: Row, instances: Instances, mistakes: list[str]) -> Decision | None:
    """Return what a row says, or None after adding to ``mistakes`` everything that is wrong with it."""
    wrong: list[str] = []
    values = row.values
    keys = [_key(values[name], instances, wrong) for name in ("record_key", "other_record_key") if name in values]
    if len(keys) == 2 and keys[0] and keys[0] == keys[1]:
        wrong.append("both keys name the same record. Write the other record's key.")
    attribute, value = values.get("attribute", ""), values.get("value", "")
    if "attribute" in values:
        wrong += _wrong_value(kind, attribute, value)
    for name, example in (("author", "who decided it"), ("reason", "why, in words for the next steward")):
        if not values[name]:
            wrong.append(f"the {name} is missing. Write {example}.")
    decided_on, expires_on = (_day(values[name], name, wrong) for name in ("decided_on", "expires_on"))
    mistakes += [f"{row.place}: {each}" for each in wrong]
    if wrong:
        return None
    first, second, *_ = [*(sorted(keys)), "", ""]
    said = (values["author"], values["reason"], first, second, attribute, value)
    return Decision(kind, *said, decided_on=decided_on, expires_on=expires_on, path=row.path, line=row.line)


def _key(text: str, instances: Instances, wrong: list[str]) -> str:
    try:
        return full_key(text, instances)
    except UnreadableKeyError as error:
        wrong.append(str(error))
        return ""


def _day(text: str, name: str, wrong: list[str]) -> date | None:
    if not text:
        return None
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    wrong.append(f"{name} '{text}' is no date. Write it as 2026-01-31.")
    return None


def _is_day(text: str) -> bool:
    wrong: list[str] = []
    return bool(text) and _day(text, "", wrong) is not None


_FORMS: dict[str, tuple[Callable[[str], bool], str]] = {
    "birth_date": (_is_day, "Write it as 1980-12-31."),
    "has_opted_out_of_email": (lambda text: text in ("true", "false"), "Write true or false."),
}


def _wrong_value(kind: str, attribute: str, value: str) -> list[str]:
    """Return what is wrong with an attribute and its value."""
    known = PINNABLE if kind == "pinned_value" else PLACEHOLDERS
    if attribute not in known:
        return [f"there is no attribute '{attribute}'{nearest(attribute, known)}"]
    if not value:
        return ["the value is missing. Write the value itself."]
    is_right, remedy = _FORMS.get(attribute, (bool, ""))
    return [] if is_right(value) else [f"'{value}' is no {attribute}. {remedy}"]
