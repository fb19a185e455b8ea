"""Great Expectations on an open DuckDB connection: the dialect, the execution engine and the datasource.

The stock SQLAlchemy path closes a DuckDB result before it is read and opens connections of its own, which see no
temporary table. This engine compiles what Great Expectations asks for and runs it on the one connection it is given.
Importing this module imports Great Expectations (seconds): only functions import it. No suite belongs here.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, ClassVar, Literal

import duckdb

from quality.deferred import deferred

with deferred():
    import great_expectations as gx
    from great_expectations.compatibility import pydantic
    from great_expectations.constants import MAX_RESULT_RECORDS
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource, TableAsset
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine
    from great_expectations.execution_engine.sqlalchemy_batch_data import SqlAlchemyBatchData
    from great_expectations.expectations.metrics.map_metric_provider import (
        ColumnMapMetricProvider,
        column_condition_partial,
    )
    from great_expectations.expectations.metrics.metric_provider import metric_value
    from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData


class DuckDBDialect(DefaultDialect):
    """How SQLAlchemy writes SQL for DuckDB: standard quoting, ``?`` parameters."""

    name = "duckdb"
    default_paramstyle = "qmark"
    supports_statement_cache = False


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """Runs every metric on one DuckDB connection, which stays open and belongs to the caller.

    ``queries`` counts the statements run, so that a test can hold the gate to its price.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.queries = 0
        # the parent wants an SQLAlchemy engine; of it, only the dialect is ever asked for
        super().__init__(engine=SimpleNamespace(dialect=DuckDBDialect()), create_temp_table=False)

    def execute_query(self, query: Any) -> IteratorResult[Any]:
        """Run a SQLAlchemy selectable, or text as it stands; the rows are read before this returns.

        Of text, which is a rule's own query, no more rows are read than Great Expectations looks at.
        """
        self.queries += 1
        if isinstance(query, sa.TextClause):
            self.connection.execute(query.text)
            rows = self.connection.fetchmany(MAX_RESULT_RECORDS)
        else:
            compiled = query.compile(dialect=self.engine.dialect, compile_kwargs={"render_postcompile": True})
            names: list[str] = list(compiled.positiontup or ())
            self.connection.execute(str(compiled), [compiled.params[name] for name in names])
            rows = self.connection.fetchall()
        columns = [column[0] for column in self.connection.description or ()]
        return IteratorResult(SimpleResultMetaData(columns), iter(rows))

    def execute_query_in_transaction(self, query: Any) -> IteratorResult[Any]:
        """Run a statement; the connection commits by itself unless the caller opened a transaction."""
        return self.execute_query(query)


WHOLE = "whole table"

# named here because the datasource has a field called type
EngineType = type[DuckDBExecutionEngine]


class DuckDBTableAsset(TableAsset):
    """A table of the connection."""

    type: Literal["table"] = "table"

    def test_connection(self) -> None:
        """Do nothing: the suite has just made the table."""


class DuckDBDatasource(SQLDatasource):
    """A fluent datasource whose tables live on an open DuckDB connection."""

    asset_types: ClassVar[list[type[Any]]] = [DuckDBTableAsset]
    type: Literal["duckdb"] = "duckdb"
    connection_string: str = "duckdb://"
    _TableAsset: Any = pydantic.PrivateAttr(DuckDBTableAsset)
    _duckdb_engine: Any = pydantic.PrivateAttr(None)

    @property
    def execution_engine_type(self) -> EngineType:
        """Return the engine that runs this datasource's metrics."""
        return DuckDBExecutionEngine

    def get_execution_engine(self) -> DuckDBExecutionEngine:
        """Return the engine bound to the connection given to :func:`open_context`."""
        engine: DuckDBExecutionEngine = self._duckdb_engine
        return engine

    def test_connection(self, test_assets: bool = True) -> None:
        """Do nothing: the connection is open already."""


class _DuckDBColumnTypes(TableMetricProvider):
    """``table.column_types`` by DESCRIBE: SQLAlchemy's inspector knows nothing of DuckDB."""

    metric_name = "table.column_types"
    value_keys = ("include_nested",)
    default_kwarg_values: ClassVar[dict[str, Any]] = {"include_nested": True}

    @metric_value(engine=DuckDBExecutionEngine)
    def _duckdb(
        cls, execution_engine: DuckDBExecutionEngine, metric_domain_kwargs: dict[str, Any], **_: Any
    ) -> list[dict[str, Any]]:
        data = execution_engine.batch_manager.batch_data_cache[metric_domain_kwargs["batch_id"]]
        assert isinstance(data, SqlAlchemyBatchData)
        rows = execution_engine.connection.execute(f'describe "{data.source_table_name}"').fetchall()
        return [{"name": row[0], "type": row[1]} for row in rows]


class _DuckDBMatchRegex(ColumnMapMetricProvider):
    """``column_values.match_regex``: Great Expectations knows no regular expression operator for DuckDB."""

    condition_metric_name = "column_values.match_regex"
    condition_value_keys = ("regex",)

    @column_condition_partial(engine=DuckDBExecutionEngine)
    def _duckdb(cls, column: Any, regex: str, **_: Any) -> Any:
        return sa.func.regexp_matches(column, regex)


def open_batches(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> tuple[DuckDBDatasource, list[Any]]:
    """Return a datasource on ``connection`` and the batch definition of each table as a whole.

    Its context lives in memory and reports nothing to anyone. Tables are temporary or in the default schema, and need
    not exist before their batch is asked for. All are declared at once: the context writes itself out at each change.
    """
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars={"globally": False},
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    assets = [
        DuckDBTableAsset(name=table, table_name=table, batch_definitions=[BatchDefinition(name=WHOLE)])
        for table in tables
    ]
    context.add_datasource(datasource=DuckDBDatasource(name="duckdb", assets=assets))
    datasource = context.data_sources.get("duckdb")
    assert isinstance(datasource, DuckDBDatasource)
    datasource._duckdb_engine = DuckDBExecutionEngine(connection)
    return datasource, [datasource.get_asset(table).get_batch_definition(WHOLE) for table in tables]
