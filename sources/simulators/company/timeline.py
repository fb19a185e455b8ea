"""The whole timeline of the company as DuckDB tables, before any system shows it.

Tables: people (numbers) and customers (spelled out), records, leads, products, rates, campaigns, members, orders,
lines, later_orders, opportunities, stages, interactions, cases, contracts, contract_amounts, stock_outs, stock_levels,
users, managements, quotas, and the vocabulary as words_*.
"""

from __future__ import annotations

from importlib.resources import files

import duckdb
import numpy as np
import pyarrow as pa

from sources.simulators.company import campaigns, catalog, dealings, selling
from sources.simulators.company.changes import change_particulars
from sources.simulators.company.contracts import sign_contracts
from sources.simulators.company.identifiers import salesforce_ids
from sources.simulators.company.leads import keep_leads
from sources.simulators.company.numbering import Numbers
from sources.simulators.company.people import SALESFORCE, Plan, populate
from sources.simulators.company.purchases import fill_lines, later_purchases, place_orders
from sources.simulators.company.records import keep_records
from sources.simulators.company.stocking import keep_stock
from sources.simulators.company.timing import START, Columns, as_timestamps
from sources.simulators.company.words import Words, load_words


def sql(name: str) -> str:
    """Return the text of ``sql/<name>.sql``."""
    return files(__package__).joinpath(f"sql/{name}.sql").read_text(encoding="utf-8")


def _array(name: str, values: np.ndarray) -> pa.Array:
    """Return a numpy column as an Arrow array without a copy; ``*_at`` are moments and become timestamps.

    ``pa.array`` would do the same and import pandas on the way, which costs more than a small company.
    """
    if values.dtype == np.bool_:
        kind, data = pa.bool_(), np.packbits(values, bitorder="little")
    elif name.endswith("_at"):
        kind, data = pa.timestamp("us"), as_timestamps(values).view(np.int64)
    else:
        kind, data = (pa.float64(), values) if values.dtype.kind == "f" else (pa.int64(), values.astype(np.int64))
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(data))])


def _arrow(columns: Columns) -> pa.Table:
    """Return columns as an Arrow table."""
    arrays = [values if isinstance(values, pa.Array) else _array(name, values) for name, values in columns.items()]
    return pa.Table.from_arrays(arrays, names=list(columns))


def _load(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """Keep ``table`` as a DuckDB table of that name."""
    connection.register("loading", table)
    connection.execute(f"create or replace table {name} as select * from loading")
    connection.unregister("loading")


def _rate_rows(rates: catalog.Rates) -> Columns:
    """Return one row per currency and month: the rate, when it starts and when the next one does."""
    currency, month = (index.ravel() for index in np.indices(rates.micro.shape))
    ends = np.append(rates.starts[1:], rates.starts[-1] + 31)
    return {
        "currency": currency,
        "month": month,
        "rate_micro": rates.micro.ravel(),
        "starts_at": rates.starts[month] * 86_400 + 6 * 3600,
        "ends_at": ends[month] * 86_400 + 6 * 3600,
    }


def _campaign_rows() -> Columns:
    """Return one row per campaign, with its true lift."""
    offset = np.array([campaign.start for campaign in campaigns.CAMPAIGNS])
    return {
        "campaign": np.arange(len(offset)),
        "type": pa.array([campaign.type for campaign in campaigns.CAMPAIGNS]),
        "created_at": (START + offset - 21) * 86_400 + 10 * 3600,
        "starts_at": (START + offset) * 86_400 + 8 * 3600,
        "lift": np.array([campaign.lift for campaign in campaigns.CAMPAIGNS]),
        "ends_at": (START + offset + campaigns.RUNS) * 86_400 + 18 * 3600,
        "budget_eur": np.array([campaign.cost_eur for campaign in campaigns.CAMPAIGNS]),
        "cost_cents": np.array([campaign.cost_eur * 100 + 3_719 * n for n, campaign in enumerate(campaigns.CAMPAIGNS)]),
    }


def _with_ids(columns: Columns, prefix: str, name: str) -> Columns:
    """Add ids that count the rows from 0."""
    rows = np.arange(len(next(iter(columns.values()))))
    return columns | {name: salesforce_ids(prefix, rows)}


def _load_codes(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the small tables that name currencies and stages."""
    ids = salesforce_ids("01L", np.arange(len(catalog.CURRENCIES))).to_pylist()
    currencies = ", ".join(f"({at}, '{code}', '{ids[at]}')" for at, code in enumerate(catalog.CURRENCIES))
    stages = ", ".join(f"({at}, '{s[0]}', {s[1]}, '{s[2]}')" for at, s in enumerate(dealings.STAGES))
    connection.execute(
        f'create or replace table words_currency as from (values {currencies}) as t("at", code, currency_id)'
    )
    connection.execute(
        f'create or replace table words_stage as from (values {stages}) as t("at", name, probability, category)'
    )


def _tables(plan: Plan, words: Words) -> dict[str, Columns]:
    """Return every table that is made of numbers."""
    people = populate(plan, words)
    change_particulars(plan, people)
    selling.own_accounts(plan, people)
    records, leads, calls = keep_leads(plan, words, people, keep_records(plan, people))
    products, rates = catalog.stock(plan.seed, words), catalog.exchange_rates(plan.seed)
    members, *extra = campaigns.run_campaigns(plan, people, records)
    orders = place_orders(plan, words, people, records, (extra[0], extra[1], extra[2]))
    lines = fill_lines(plan, people, products, rates, orders)
    opportunities, stages = dealings.open_opportunities(plan, people, records, orders)
    selling.own_deals(plan, people, orders["customer"][opportunities["basis_order"]], opportunities)
    quotas = selling.set_quotas(plan, opportunities, orders["total_eur_cents"][opportunities["basis_order"]])
    people["in_salesforce"][records["customer"][records["system"] == SALESFORCE]] = True  # leads from elsewhere too
    contracts, contract_amounts = sign_contracts(plan, words, people, records)
    numbers = Numbers(people, records, orders, opportunities)
    return {
        "people": people | {"customer": np.arange(len(people["kind"]))},
        "records": numbers.of_records(),
        "leads": leads,
        "products": products | {"id": salesforce_ids("01t", products["product"])},
        "rates": _with_ids(_rate_rows(rates), "04w", "rate_id"),
        "campaigns": _with_ids(_campaign_rows(), "701", "campaign_id"),
        "members": numbers.of_members(members),
        "orders": numbers.of_orders(),
        "lines": numbers.of_lines(lines),
        "later_orders": later_purchases(plan, people),
        "opportunities": numbers.of_opportunities(),
        "opportunity_lines": numbers.of_opportunity_lines(lines),
        "stages": numbers.of_stages(stages),
        "interactions": numbers.of_interactions(dealings.interact(plan, people, records, calls)),
        "cases": numbers.of_cases(dealings.complain(plan, people, records)),
        "contracts": _with_ids(contracts, "800", "contract_id"),
        "contract_amounts": contract_amounts,
        **dict(zip(("stock_outs", "stock_levels"), keep_stock(plan.seed, products), strict=True)),
        "users": numbers.of_users(plan.customers),
        "managements": numbers.of_managements(plan.customers),
        "quotas": numbers.of_quotas(quotas),
    }


def generate(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Create the timeline's tables on ``connection`` (see the module). Pure function of ``plan``."""
    words = load_words()
    connection.execute(sql("macros"))
    for name, columns in _tables(plan, words).items():
        _load(connection, name, _arrow(columns))
    words.load(connection)
    _load_codes(connection)
    connection.execute(sql("customers"))
