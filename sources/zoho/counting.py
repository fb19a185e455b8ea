"""All records of a module: what came is compared with what Zoho counts, and read once more where it is less."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sources.errors import TransientSourceError
from sources.zoho.api import Api

_SWEEPS = 2

Found = TypeVar("Found")


def counted(
    api: Api, module: str, subject: str, read: Callable[[int], Found], distinct: Callable[[Found], int]
) -> Found:
    """Return what ``read`` returns, which is told about how many records there are; ``distinct`` counts those it has.

    Raises TransientSourceError where it has fewer than the API counts, before and after.
    """
    before = api.count(module)
    for _ in range(_SWEEPS):
        found = read(before or 0)
        if before is None or (seen := distinct(found)) >= before:
            return found
        after = api.count(module)
        if after is None or seen >= after:
            return found
        before = min(before, after)
    message = f"{seen} records of {module} came where Zoho counts {before}."
    raise TransientSourceError(api.http.source, subject, message, "Nothing of it was kept.")
