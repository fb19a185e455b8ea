"""Associations as the state has them, and as they come beside the records they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sources.simulators.http import text
from sources.simulators.hubspot.state import AccountState

Entry = dict[str, Any]
_SINGULARS = {"companies": "company"}


def associated(state: AccountState, one: str, two: str, ids: Sequence[str]) -> dict[str, list[Entry]]:
    """Return id → the records of a type associated with it, those that are archived left out."""
    listed = ", ".join(map(text, ids)) or "''"
    sql = (
        f"select from_id, to_id, category, type_id, label from {state.table('_associations')} as links"
        f" where from_type = {text(one)} and to_type = {text(two)} and from_id in ({listed})"
        f" and exists (select 1 from {state.table(one)} where _id = from_id and not _archived)"
        f" and exists (select 1 from {state.table(two)} where _id = to_id and not _archived)"
        " order by from_id, cast(to_id as bigint), type_id"
    )
    found: dict[str, dict[str, Entry]] = {}
    for from_id, to_id, category, type_id, label in state.cursor().execute(sql).fetchall():
        entry = found.setdefault(from_id, {}).setdefault(to_id, {"toObjectId": int(to_id), "associationTypes": []})
        entry["associationTypes"].append({"category": category, "typeId": type_id, "label": label})
    return {identifier: list(entries.values()) for identifier, entries in found.items()}


def page_of(entries: Sequence[Entry], after: int, rows: int, link: str) -> Entry:
    """Return a page of associations; ``link`` is the path of the next one."""
    page: Entry = {"results": list(entries[after : after + rows])}
    if after + rows < len(entries):
        page["paging"] = {"next": {"after": str(after + rows), "link": f"{link}?after={after + rows}"}}
    return page


def plain(one: str, two: str, entries: Sequence[Entry]) -> list[Entry]:
    """Return associations the short way: the id and a kind that only tells the two types."""
    kind = f"{_singular(one)}_to_{_singular(two)}"
    return [{"id": str(each["toObjectId"]), "type": kind} for each in entries]


def add_inline(
    state: AccountState, one: str, others: Sequence[str], results: Sequence[Entry], rows: int, url: str
) -> None:
    """Give every result its first associations with each of the types; one that has none is given nothing."""
    for two in others:
        by_id = associated(state, one, two, [each["id"] for each in results])
        for each in results:
            if own := by_id.get(each["id"]):
                link = f"{url}/crm/v3/objects/{one}/{each['id']}/associations/{two}"
                each.setdefault("associations", {})[two] = page_of(plain(one, two, own), 0, rows, link)


def _singular(name: str) -> str:
    return _SINGULARS.get(name, name.removesuffix("s"))
