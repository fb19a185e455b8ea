"""What the checks of every connector share: a question whose failure is a finding, and how far two clocks are apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sources.contract import Check
from sources.errors import CrmWarehouseError

_LARGEST_SKEW_SECONDS = 300


def tried(what: str, ask: Callable[[], Check]) -> Check:
    """Return what ``ask`` finds, or a failed finding in the words of the error that it raises."""
    try:
        return ask()
    except CrmWarehouseError as error:
        return Check(what, False, str(error))


def clock_check(whose: str, theirs: datetime) -> Check:
    """Return the finding about a source's time, naive UTC; a skew is told and no failure: windows follow the source.

    Args:
        whose: the source in words, e.g. ``the org``.
    """
    skew = abs((datetime.now(UTC).replace(tzinfo=None) - theirs).total_seconds())
    detail = f"{whose} says {theirs.isoformat(timespec='seconds')}Z, {skew:.0f} s from this machine's clock"
    return Check("clock", True, detail + ("" if skew <= _LARGEST_SKEW_SECONDS else f"; windows follow {whose}'s clock"))
