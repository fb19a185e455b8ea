"""The company's calendar: when its history starts, how far it reaches, and how moments are kept.

Moments are int64 seconds since 1970 (UTC) while numpy works on them; ``NEVER`` stands for "does not happen".
"""

from __future__ import annotations

import zlib
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Columns = dict[str, Any]  # numpy arrays of one length by name; rendered ids are Arrow arrays

DAY = 86_400
YEAR = 365.25 * DAY
START_DAY = date(2026, 6, 30)
HISTORY_DAYS = 1_095
HORIZON_DAYS = 130
START = (START_DAY - date(1970, 1, 1)).days
FIRST = START - HISTORY_DAYS
LAST = START + HORIZON_DAYS
NEVER = (date(2200, 1, 1) - date(1970, 1, 1)).days * DAY
OPENS, CLOSES = 5 * 3600, 21 * 3600  # everything happens in between, so Berlin and UTC agree on the date


def stream(seed: int, topic: str) -> np.random.Generator:
    """Return the random stream of one topic, so that a new topic never disturbs an old one."""
    return np.random.default_rng([seed, zlib.crc32(topic.encode())])


def moment(rng: np.random.Generator, days: Ints) -> Ints:
    """Return a random second of the opening hours on each of ``days`` (days since 1970)."""
    return days.astype(np.int64) * DAY + rng.integers(OPENS, CLOSES - 3600, len(days))


def within_hours(moments: Ints) -> Ints:
    """Push moments of the night into the opening hours of the same day."""
    second = moments % DAY
    return moments - second + OPENS + second * (CLOSES - 3600 - OPENS) // DAY


def as_timestamps(moments: Ints) -> NDArray[np.datetime64]:
    """Return moments as microsecond timestamps; ``NEVER`` stays a date far ahead, so comparisons keep working."""
    return moments.astype("datetime64[s]").astype("datetime64[us]")
