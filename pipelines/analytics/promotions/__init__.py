"""What campaigns have brought about: incremental orders, revenue and margin per treated customer, with intervals.

An effect is that of being on the list, whether or not the customer opened the letter; who cannot buy counts too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import duckdb

from pipelines.analytics.outputs import Output, Plot, write
from pipelines.analytics.promotions import measuring
from pipelines.analytics.promotions.effects import Effect, Sample, total
from pipelines.analytics.promotions.matching import SPREAD_DAYS, matched_cells
from pipelines.analytics.promotions.measuring import Measurement
from pipelines.analytics.promotions.members import counts_query, members_query, samples_query
from pipelines.analytics.promotions.windows import Windows, read_windows
from pipelines.analytics.runs import Run

MEASURES = {"orders": 1, "revenue": 100, "margin": 100, "after_orders": 1, "alone_orders": 1}  # parts of a unit
_COUNTS = ("treated_count", "control_count", "both_count", "open_count", "overlapping_count")
EFFECTS = Output(
    "promotion_effects",
    "One row per campaign and segment of its members, and one, without a campaign, for all that can be measured.",
    {
        "campaign_id": "varchar",
        "segment": "varchar",
        "method": "varchar",
        "method_reason": "varchar",
        "first_exposed_date": "date",
        **dict.fromkeys(_COUNTS, "integer"),
        "measured_count": "integer",
        "compared_count": "integer",
        "treated_order_rate": "double",
        "randomization_p_value": "double",
        **{f"{measure}_{end}": "double" for measure in MEASURES for end in ("effect", "low", "high")},
    },
)
OUTPUTS = (EFFECTS,)
READS = (
    "core/dim_campaigns",
    "core/fct_campaign_touches",
    "core/fct_orders",
    "core/dim_customers",
    "seeds/promotion_windows",
)


def compute(connection: duckdb.DuckDBPyConnection, run: Run) -> Mapping[str, Mapping[str, object]]:
    """Write the effects; the table is empty where there is no campaign."""
    import pandas as pd

    windows = read_windows(connection)
    connection.execute(f"create or replace temp table members as {members_query(windows, run.as_of)}")
    rows = _rows(connection, windows, run) + _without_members(connection)
    connection.execute("drop table members")
    write(connection, EFFECTS, pd.DataFrame(rows, columns=list(EFFECTS.columns), dtype=object))
    measured = [row for row in rows if row["segment"] == "all" and row["method"] != measuring.NONE]
    campaigns = [row for row in measured if row["campaign_id"] is not None]
    days = [row["first_exposed_date"].toordinal() - run.as_of.toordinal() for row in campaigns]
    series = {end: (days, [float(row[f"orders_{end}"]) for row in campaigns]) for end in ("effect", "low", "high")}
    plot = Plot("Orders brought about per treated customer", f"days to {run.as_of}", "orders", series)
    return {EFFECTS.name: {"measured campaigns": len(campaigns), **({"effects": plot} if campaigns else {})}}


def _rows(connection: duckdb.DuckDBPyConnection, windows: Windows, run: Run) -> list[dict[str, Any]]:
    """Return the rows of ``EFFECTS``."""
    described = connection.execute(counts_query("members"))
    names = [column[0] for column in described.description or ()]
    told = [dict(zip(names, row, strict=True)) for row in described.fetchall()]
    arms = _samples(connection)
    found: list[tuple[dict[str, Any], float | None, Measurement]] = []
    unmeasured = []
    for row in told:
        strata = [[row[f"{arm}_{orders}"] for orders in (0, 1, 2)] for arm in ("treated", "control")]
        p_value = measuring.randomization_p(strata[0], strata[1]) if row["control_count"] else None
        is_random = row["control_count"] > 0 and (p_value is None or p_value >= measuring.DIFFERS)
        if is_random and row["open_count"] == row["treated_count"] + row["control_count"]:
            found.append((row, p_value, Measurement(measuring.NONE, _too_early(windows))))
        elif is_random:
            found.append((row, p_value, measuring.by_control(arms[row["campaign_id"], row["segment"]])))
        elif row["segment"] == "all":
            unmeasured.append((row, p_value))
    found += _matched(connection, windows, run, arms, unmeasured)
    whole_of = {row["campaign_id"]: row["treated_count"] for row in told if row["segment"] == "all"}
    rows = [
        _row(row, p_value, measured)
        for row, p_value, measured in found
        # a segment is shown where it can be measured and is not everybody
        if row["segment"] == "all"
        or (measured.method != measuring.NONE and row["treated_count"] < whole_of[row["campaign_id"]])
    ]
    whole = [measured for row, _, measured in found if row["segment"] == "all" and measured.method != measuring.NONE]
    return [*rows, _total(whole)] if whole else rows


def _without_members(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the rows of living campaigns that no customer is a member of."""
    found = connection.execute(
        "select campaign_id from core.dim_campaigns where not is_deleted"
        " and campaign_id not in (select campaign_id from members) order by campaign_id"
    ).fetchall()
    nobody = {**dict.fromkeys(_COUNTS, 0), "segment": "all", "first_exposed_date": None}
    why = Measurement(measuring.NONE, "no customer is on its list")
    return [_row({**nobody, "campaign_id": campaign}, None, why) for (campaign,) in found]


def _samples(connection: duckdb.DuckDBPyConnection) -> Mapping[tuple[str, str], measuring.Arms]:
    """Return (campaign, segment) -> measure -> arm -> sample."""
    arms: dict[tuple[str, str], dict[str, dict[str, Sample]]] = defaultdict(lambda: defaultdict(dict))
    for campaign, segment, arm, measure, count, sum_, squares in connection.execute(
        samples_query("members")
    ).fetchall():
        arms[campaign, segment][measure][arm] = Sample(count, float(sum_), float(squares))
    return arms


def _matched(
    connection: duckdb.DuckDBPyConnection,
    windows: Windows,
    run: Run,
    arms: Mapping[tuple[str, str], measuring.Arms],
    rows: list[tuple[dict[str, Any], float | None]],
) -> list[tuple[dict[str, Any], float | None, Measurement]]:
    """Measure the campaigns that have no control group to rely on."""
    if not rows:
        return []
    over = timedelta(days=SPREAD_DAYS + windows.response)
    ready = [row for row, _ in rows if row["treated_count"] and row["first_exposed_date"] + over <= run.as_of]
    connection.execute("create or replace temp table started (campaign_id varchar, first_exposed_date date)")
    for row in ready:
        connection.execute("insert into started values (?, ?)", [row["campaign_id"], row["first_exposed_date"]])
    cells = matched_cells(connection, windows) if ready else {}
    connection.execute("drop table started")
    found = []
    for row, p_value in rows:
        why = "nobody was held out"
        if p_value is not None:
            why = f"those held out had bought otherwise before (p = {p_value:.2g})"
        if row in ready:
            own = {measure: cell for (campaign, measure), cell in cells.items() if campaign == row["campaign_id"]}
            measured = measuring.by_matching(own, arms[row["campaign_id"], "all"], why)
        else:
            measured = Measurement(measuring.NONE, f"{why}; {_too_early(windows)}")
        found.append((row, p_value, measured))
    return found


def _too_early(windows: Windows) -> str:
    return f"its window of {windows.response} days has not passed"


def _row(row: Mapping[str, Any], p_value: float | None, measured: Measurement) -> dict[str, Any]:
    """Return one row of ``EFFECTS``."""
    return {
        "campaign_id": row["campaign_id"],
        "segment": row["segment"],
        "first_exposed_date": row["first_exposed_date"],
        **{name: row[name] for name in _COUNTS},
        "randomization_p_value": p_value,
        **_said(measured),
    }


def _said(measured: Measurement) -> dict[str, Any]:
    """Return the columns of a measurement."""
    columns: dict[str, Any] = {
        "method": measured.method,
        "method_reason": measured.reason,
        "measured_count": measured.treated,
        "compared_count": measured.compared,
        "treated_order_rate": measured.rate,
    }
    for measure, parts in MEASURES.items():
        effect = measured.effects.get(measure)
        ends = (effect.value, effect.low, effect.high) if effect else (None, None, None)
        columns |= {
            f"{measure}_{end}": None if value is None else value / parts
            for end, value in zip(("effect", "low", "high"), ends, strict=True)
        }
    return columns


def _total(measured: list[Measurement]) -> dict[str, Any]:
    """Return the row of all campaigns together: sums of effects, each times its treated customers."""
    treated = sum(each.treated for each in measured)
    effects: dict[str, Effect | None] = {}
    for measure in MEASURES:
        known = [(effect, each.treated) for each in measured if (effect := each.effects.get(measure))]
        effects[measure] = total(known) if len(known) == len(measured) else None
    rate = sum((each.rate or 0.0) * each.treated for each in measured) / treated
    methods = {each.method for each in measured}
    whole = Measurement(
        methods.pop() if len(methods) == 1 else "mixed",
        f"sum of the {len(measured)} campaigns that can be measured",
        treated,
        sum(each.compared for each in measured),
        rate,
        effects,
    )
    return {"campaign_id": None, "segment": "all", **_said(whole)}
