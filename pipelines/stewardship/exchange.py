"""The queue as a CSV file for a spreadsheet, and the way back: whoever fills in the decision column decides."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path

import duckdb

from pipelines.stewardship.decisions import Decision
from pipelines.stewardship.evidence import compare, records
from pipelines.stewardship.files import Row, StewardshipError, read_rows
from pipelines.stewardship.keys import Instances, UnreadableKeyError, full_key
from pipelines.stewardship.queue import Case
from pipelines.stewardship.review import Review
from pipelines.stewardship.words import REASONS, agreements

_ASKED = ("decision", "reason", "author")
_KEYS = ("record_key", "other_record_key")
_FOUND = ("why", "probability", "revenue_at_stake", "customer_id", "other_customer_id")
_SHOWN = ("name", "birth date", "e-mail", "phone", "address", "official id", "website")
_WORDS = {
    **dict.fromkeys(("a", "accept", "must_link"), True),
    **dict.fromkeys(("r", "reject", "must_not_link"), False),
    **dict.fromkeys(("", "s", "skip"), None),
}
_BATCH = 1000


def export(path: Path, cases: Iterable[Case], connection: duckdb.DuckDBPyConnection) -> int:
    """Write cases with their evidence and empty decisions to ``path``; return how many. See ``evidence.records``."""
    values = [name for label in _SHOWN for name in (label, f"other {label}")]
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*_ASKED, *_KEYS, *_FOUND, *values, "compared"])
        for batch in _batches(cases):
            known = records(connection, (key for case in batch for key in (case.record_key, case.other_record_key)))
            for case in batch:
                lines = {
                    line.label: line
                    for line in compare(known.get(case.record_key, {}), known.get(case.other_record_key, {}))
                }
                sides = [
                    _inert("; ".join(side))
                    for label in _SHOWN
                    for side in ((lines[label].left, lines[label].right) if label in lines else ((), ()))
                ]
                writer.writerow([*_about(case), *sides, _compared(case)])
                written += 1
    return written


def _inert(text: str) -> str:
    """Return text that a spreadsheet shows as it is: sources may hold what it would take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def _batches(cases: Iterable[Case]) -> Iterator[list[Case]]:
    waiting = iter(cases)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def _about(case: Case) -> list[object]:
    why = REASONS.get(case.reason, case.reason)
    found = (why, round(case.probability, 4), case.stake, case.customer_id, case.other_customer_id)
    return ["", "", "", case.record_key, case.other_record_key, *found]


def _compared(case: Case) -> str:
    return "; ".join(f"{each.name} {each.words} ({each.weight:+.1f})" for each in agreements(case.levels))


def take_back(
    path: Path, review: Review, instances: Instances, *, author: str, today: date
) -> Mapping[str, Sequence[Decision]]:
    """Write the decisions of an exported file; return those ``written`` and those that were ``known`` before.

    A row that names no author is ``author``'s. Raises StewardshipError, with nothing written, naming every row that
    is wrong or contradicts another.
    """
    mistakes: list[str] = []
    found = []
    for row in read_rows(path, ("decision", "reason", *_KEYS), mistakes, others=True):
        decision = _decision(row, review, instances, mistakes, author=author, today=today)
        if decision:
            found.append(decision)
    if mistakes:
        raise StewardshipError(mistakes)
    standing = {each.decision_id for each in review.decisions if not each.has_expired(review.as_of)}
    known = [each for each in found if each.decision_id in standing]
    new = {each.decision_id: each for each in found if each.decision_id not in standing}
    review.decide(list(new.values()))
    return {"written": list(new.values()), "known": known}


def _decision(
    row: Row, review: Review, instances: Instances, mistakes: list[str], *, author: str, today: date
) -> Decision | None:
    """Return what a row decides, or None where it decides nothing or is wrong."""
    word = row.values["decision"].lower()
    if word not in _WORDS:
        mistakes.append(f"{row.place}: '{word}' is no decision. Write accept, reject, or nothing.")
        return None
    is_one = _WORDS[word]
    if is_one is None:
        return None
    if not row.values["reason"]:
        mistakes.append(f"{row.place}: the reason is missing. Write why, in words for the next steward.")
        return None
    try:
        keys = [full_key(row.values[name], instances) for name in _KEYS]
    except UnreadableKeyError as error:
        mistakes.append(f"{row.place}: {error}")
        return None
    who = row.values.get("author") or author
    return review.pair(keys, is_one=is_one, author=who, reason=row.values["reason"], today=today)
