"""What is expected of a finished warehouse before it is published: its parts agree, and it resembles the last one.

Keys, accepted values and relations of single models are dbt's tests. Here stand sums that must meet across models,
and comparisons with the published file, which dbt does not see. The connection has the finished warehouse attached
as ``warehouse`` and, once there is one, the last published file as ``published``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from quality.rules import Rule, Suite, Table, never, rows, unique, warning

# a change smaller than this many rows or this much money is never called a collapse or an explosion
_FEW_ROWS, _LITTLE_MONEY = 100, 10_000
ACCEPT_CHANGE = "If that is meant, publish it once with: crm-warehouse run --accept-change"


def suite(as_of: date, *, accept_change: bool = False, tables: Collection[tuple[str, str]] = ()) -> Suite:
    """Return the release suite; what compares with the last publication waits until there is one of this layout.

    ``tables`` are the (schema, name) of every table and view that would be published.

    With ``accept_change`` a difference from the last publication is reported and does not block: someone took a
    source away, or brought one in, and said so. What must hold within the warehouse itself blocks all the same.
    """
    compared = (_sizes(tables), _vanished(), _revenue(as_of), _moved_money())
    change = tuple(_about_change(table, accepted=accept_change) for table in compared)
    return Suite("release", (_customers(), _customer_totals(), _order_totals(), _margin(), *change))


def _about_change(table: Table, *, accepted: bool) -> Table:
    """Return the table with rules that name the way past them, or that only report when it was taken."""
    rules = (warning(rule) if accepted else replace(rule, remedy=ACCEPT_CHANGE) for rule in table.rules)
    return replace(table, rules=tuple(rules))


def _customers() -> Table:
    relation = """(
        select customer_id, false as is_alias from warehouse.core.dim_customers
        union all
        select alias_customer_id, true from warehouse.intermediate.int_customers__aliases
    )"""
    at_least_one = _whole(
        "at least one customer", "select 1 where not exists (select 1 from {batch} where not is_alias)"
    )
    return Table("customer ids", relation, (at_least_one, unique("customer_id")), ("customer_id",))


def _customer_totals() -> Table:
    """One row a customer: what three models say about the same money."""
    relation = """(
        select
            coalesce(orders.customer_id, customer_value.customer_id, customer_360.customer_id) as customer_id,
            customer_360.customer_id is not null as is_in_customer_360,
            coalesce(orders.revenue, 0) as order_revenue,
            coalesce(customer_value.revenue_amount, 0) as value_revenue,
            coalesce(customer_360.revenue_amount, 0) as revenue_360
        from (
            select customer_id, sum(order_reporting_amount) as revenue
            from warehouse.core.fct_orders
            where is_counted and customer_id is not null
            group by customer_id
        ) as orders
        full join warehouse.marts.customer_value on customer_value.customer_id = orders.customer_id
        full join warehouse.marts.customer_360
            on customer_360.customer_id = coalesce(orders.customer_id, customer_value.customer_id)
    )"""
    agree = never(
        "the revenue of a customer to be the same in fct_orders, customer_value and customer_360",
        "order_revenue <> value_revenue or value_revenue <> revenue_360",
        "order_revenue",
        "value_revenue",
        "revenue_360",
    )
    present = never("every customer with orders to be in customer_360", "not is_in_customer_360", "is_in_customer_360")
    return Table("revenue by customer", relation, (agree, present), ("customer_id",), is_copied=True)


def _order_totals() -> Table:
    relation = """(
        select
            orders.order_id, orders.customer_id, orders.is_counted, orders.is_rate_missing,
            orders.order_reporting_amount, orders.is_amount_from_header, lines.line_reporting_amount
        from warehouse.core.fct_orders as orders
        left join (
            select order_id, sum(line_reporting_amount) as line_reporting_amount
            from warehouse.core.fct_order_lines
            where is_counted
            group by order_id
        ) as lines on lines.order_id = orders.order_id
    )"""
    sums = never(
        "every counted order to be the sum of its lines",
        "is_counted and not is_amount_from_header and order_reporting_amount <> line_reporting_amount",
        "is_counted",
        "is_amount_from_header",
        "order_reporting_amount",
        "line_reporting_amount",
    )
    homeless = never("every counted order to have a customer", "is_counted and customer_id is null", "is_counted")
    unconverted = warning(never("an exchange rate for every order", "is_rate_missing", "is_rate_missing"))
    most = _whole(
        "an exchange rate for four orders in five",
        f"select 1 from {{batch}} having count(*) filter (is_rate_missing) > greatest({_FEW_ROWS}, 0.2 * count(*))",
    )
    return Table(
        "core.fct_orders", relation, (sums, warning(homeless), unconverted, most), ("order_id", "customer_id"),
        is_copied=True,
    )  # fmt: skip


def _margin() -> Table:
    relation = """(
        select
            coalesce(sum(line_margin_reporting_amount), 0) as margin,
            coalesce(sum(line_reporting_amount), 0) as revenue
        from warehouse.core.fct_order_lines
        where is_counted and line_margin_reporting_amount is not null
    )"""
    exploded = f"margin < -1.0 * greatest(revenue, {_LITTLE_MONEY})"
    return Table(
        "margin of all lines",
        relation,
        (
            never("costs of less than twice the revenue", exploded, "margin", "revenue"),
            warning(never("a margin of zero or more in total", "margin < 0", "margin")),
        ),
    )


def _sizes(tables: Collection[tuple[str, str]]) -> Table:
    """Rows of every table to be published beside those of the last publication."""
    counts = " union all ".join(
        f'select \'{schema}.{table}\' as published_table, count(*) as row_count from warehouse."{schema}"."{table}"'
        for schema, table in tables
    )
    relation = f"""(
        select
            before.schema_name || '.' || before.table_name as published_table,
            before.row_count as rows_before,
            coalesce(now.row_count, 0) as rows_now,
            now.published_table is null as is_gone
        from published.meta.tables as before
        left join ({counts or "select null as published_table, 0 as row_count where false"}) as now
            on now.published_table = before.schema_name || '.' || before.table_name
    )"""
    return Table(
        "rows against the last publication",
        relation,
        (
            _whole("no table to lose half of its rows", _beyond(f"rows_now < 0.5 * rows_before - {_FEW_ROWS}")),
            _whole("no table to grow tenfold", _beyond(f"rows_now > 10 * rows_before + 10 * {_FEW_ROWS}")),
            warning(_whole("no table to lose a tenth of its rows", _beyond("rows_now < 0.9 * rows_before"))),
            warning(never("every table of the last publication", "is_gone", "is_gone")),
        ),
        ("published_table", "rows_before", "rows_now"),
        requires=("published.meta.tables.row_count",),
    )


def _beyond(condition: str) -> str:
    return f"select * from {{batch}} where not is_gone and {condition}"


def _vanished() -> Table:
    relation = """(
        select customer_id
        from published.core.dim_customers
        where
            customer_id not in (select customer_id from warehouse.core.dim_customers)
            and customer_id not in (select alias_customer_id from warehouse.intermediate.int_customers__aliases)
    )"""
    gone = _whole("every customer id of the last publication, or an alias of it", "select * from {batch}")
    requires = ("published.core.dim_customers.customer_id",)
    return Table("published customer ids", relation, (gone,), ("customer_id",), requires=requires)


def _revenue(as_of: date) -> Table:
    """Compare only the days that both publications speak of: new days and an earlier as_of are no anomaly."""
    total = "coalesce(sum(order_reporting_amount), 0) from {}.core.fct_orders where is_counted and order_date <= ({})"
    until = f"select least(date '{as_of.isoformat()}', max(order_date)) from published.core.fct_orders where is_counted"
    relation = f"""(
        select
            (select {total.format("warehouse", until)}) as revenue_now,
            (select {total.format("published", until)}) as revenue_before
    )"""
    apart = "abs(revenue_now - revenue_before) > {} * abs(revenue_before) + " + str(_LITTLE_MONEY)
    columns = ("revenue_now", "revenue_before")
    return Table(
        "revenue against the last publication",
        relation,
        (
            never("the revenue of the same days within a quarter", apart.format(0.25), *columns),
            warning(never("the revenue of the same days within 5%", apart.format(0.05), *columns)),
        ),
        requires=tuple(f"published.core.fct_orders.{name}" for name in ("order_date", "order_reporting_amount")),
    )


def _moved_money() -> Table:
    """Money of published orders that now belongs to another customer than it did, merged customers included.

    Ids are compared as they are: a merge moves money as a split does, whatever alias leads to it.
    """
    has_left = "before.customer_id is not null and now.customer_id is distinct from before.customer_id"
    relation = f"""(
        select
            coalesce(sum(abs(before.order_reporting_amount)), 0) as compared_amount,
            coalesce(sum(abs(before.order_reporting_amount)) filter ({has_left}), 0) as moved_amount,
            count(distinct before.customer_id) filter ({has_left}) as customers_left
        from published.core.fct_orders as before
        join warehouse.core.fct_orders as now on now.order_id = before.order_id
        where before.is_counted and now.is_counted
    )"""
    columns = ("moved_amount", "compared_amount", "customers_left")
    much = f"moved_amount > 0.1 * compared_amount and moved_amount > {_LITTLE_MONEY}"
    some = "moved_amount > 0.02 * compared_amount"
    return Table(
        "money of customers against the last publication",
        relation,
        (
            never("no more than a tenth of the money of orders to go to other customers", much, *columns),
            warning(never("no more than 2% of the money of orders to go to other customers", some, *columns)),
        ),
        requires=tuple(
            f"published.core.fct_orders.{name}" for name in ("order_id", "customer_id", "order_reporting_amount")
        ),
    )


def _whole(meaning: str, query: str) -> Rule:
    # no columns are named, so every column of the relation is there to read
    return rows(meaning, query)
