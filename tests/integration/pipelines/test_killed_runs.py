"""A night that is killed, wherever, and started again ends as one that never was.

Ten kills, five in each of two nights: random tasks, random moments within them. What remains in the end is compared
with the undisturbed company of the same size and seed.
"""

from __future__ import annotations

import random
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.pipelines import nights
from tests.integration.pipelines.conftest import CUSTOMERS, Company, Night

pytestmark = pytest.mark.slow

KILLS_A_NIGHT = 5
SEED = 6  # of the first few numbers the one whose kills fall into most different tasks


def test_a_run_killed_at_ten_random_points_ends_in_the_same_lake_and_marts(company: Company, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    home = tmp_path / "home"

    again = ["demo", "--no-branches", "--days", "0", "--customers", str(CUSTOMERS)]
    killed = _kill_often(home, company.first, chance, again, again)
    _assert_same(home, company.first)

    # the day passes once; what is killed and begun again is the night over it
    killed += _kill_often(home, company.second, chance, ["demo"], again)
    _assert_same(home, company.second)

    assert len(killed) == 2 * KILLS_A_NIGHT
    assert all(finished.code == -signal.SIGKILL for finished in killed)


def _kill_often(
    home: Path, undisturbed: Night, chance: random.Random, first: list[str], again: list[str]
) -> list[nights.Finished]:
    """Begin a night with ``first``, kill it, go on with ``again`` and kill that; at last let one end."""
    tasks = list(dict.fromkeys(undisturbed.finished.news))[0 if first == again else 1 :]
    # in the order of the night: what one attempt has got through, the next is killed in or beyond
    chosen = sorted(chance.sample(range(len(tasks)), KILLS_A_NIGHT))
    killed = []
    words = first
    for task in chosen:
        kill = nights.Kill(tasks[task], delay=chance.uniform(0, 0.5))
        killed.append(nights.crm_warehouse(home, *words, kill=kill))
        words = again
    finished = nights.crm_warehouse(home, *again)
    assert finished.code == 0, finished.output
    return killed


def _assert_same(home: Path, undisturbed: Night) -> None:
    assert nights.lake_content(home) == undisturbed.lake
    assert nights.cursors(home) == undisturbed.cursors
    assert nights.published_content(home) == undisturbed.marts
    assert not (home / "staging").exists()
    with closing(sqlite3.connect(home / "dagster" / "history" / "runs.db")) as history:
        ends = {row[0] for row in history.execute("select status from runs").fetchall()}
    assert ends <= {"SUCCESS", "FAILURE"}, "a run whose process is gone is not left running"
