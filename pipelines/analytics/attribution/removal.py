"""What would be lost without a channel: removal effects of a first-order Markov chain over paths, solved exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

_START, _END = "(start)", "(end)"

_STEPS = """
    with touches as (
        select *, lead(channel) over (partition by path order by touch_number) as next from ({paths})
    ),

    steps as (
        select '(start)' as origin, channel as target, ways, {nothing} from touches where touch_number = 1
        union all
        select channel, coalesce(next, '(end)'), ways, {worth} from touches
    )

    select origin, target, sum(ways)::double, {sums} from steps group by origin, target order by origin, target
"""


@dataclass(frozen=True)
class Chain:
    """Paths as a chain that ends in a conversion or in nothing.

    Attributes:
        channels: their names, sorted.
        reached: per channel, the probability that a path ever comes to it.
        visits: expected visits to each channel (column) of a path that is at a channel (row), this one included.
        worth: name -> per channel, what paths that end there bring on average of a visit.
        starts: per channel, the probability that a path starts there.
    """

    channels: tuple[str, ...]
    reached: NDArray[np.float64]
    visits: NDArray[np.float64]
    worth: Mapping[str, NDArray[np.float64]]
    starts: NDArray[np.float64]

    def removal_effects(self, name: str) -> dict[str, float]:
        """Return per channel the share of what paths are worth that would be lost if nobody got beyond the channel.

        With h the worth of a path from a channel on, the effect of channel c is P(c is reached) h(c) / h(start): the
        rest does not pass it. Never below 0, which only a negative worth could bring about.
        """
        onwards = self.visits @ self.worth[name]
        whole = float(self.starts @ onwards)
        effects = self.reached * onwards / whole if whole else np.zeros(len(self.channels))
        return {channel: max(0.0, float(effect)) for channel, effect in zip(self.channels, effects, strict=True)}


def chain(connection: duckdb.DuckDBPyConnection, paths: str, worth: Sequence[str]) -> Chain:
    """Return the chain of the paths.

    ``paths`` is a query with one row per touch of a path: path, channel, touch_number (from 1 without gaps), ways (how
    often the whole path was gone) and columns ``worth``: what all of these brought, 0 where nothing.

    The probability to be reached is N(start, c) / N(c, c) of the fundamental matrix N: one inverse serves all channels,
    where Anderl et al. (2016) solve the chain anew without each.
    """
    query = _STEPS.format(
        paths=paths,
        nothing=", ".join(f"0 as {name}" for name in worth),
        worth=", ".join(f"case when next is null then {name} else 0 end" for name in worth),
        sums=", ".join(f"sum({name})::double" for name in worth),
    )
    steps = connection.execute(query).fetchall()
    channels = tuple(sorted({origin for origin, *_ in steps} - {_START}))
    place = {channel: at for at, channel in enumerate(channels)}
    size = len(channels)
    moves, leaves, starts = np.zeros((size, size)), np.zeros(size), np.zeros(size)
    brought = {name: np.zeros(size) for name in worth}
    for origin, target, ways, *values in steps:
        if origin == _START:
            starts[place[target]] += ways
            continue
        leaves[place[origin]] += ways
        if target != _END:
            moves[place[origin], place[target]] += ways
        for name, value in zip(worth, values, strict=True):
            brought[name][place[origin]] += value
    visits = np.asarray(np.linalg.inv(np.eye(size) - moves / leaves[:, None]), dtype=np.float64)
    starts = starts / max(starts.sum(), 1.0)
    reached = starts @ visits / np.diag(visits)
    return Chain(channels, reached, visits, {name: value / leaves for name, value in brought.items()}, starts)
