"""The Dynamics 365 connector: one environment, described once a run, read table by table."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sources.config import SourceConfig
from sources.contract import Check, Column, Extract, Reading, SourceObject, Window
from sources.dynamics.answers import GRANT_READ
from sources.dynamics.api import Api
from sources.dynamics.fields import Described, described
from sources.dynamics.inspection import inspect
from sources.dynamics.login import Login
from sources.dynamics.objects import OBJECTS, custom_table
from sources.dynamics.reader import TableReader
from sources.errors import SourceError
from sources.http.pages import empty_relation
from sources.reconciling import reconcile_days, was_there

# what every environment has; the others come with the sales, service or marketing apps
ALWAYS = frozenset({"account", "contact", "activitypointer", "systemuser", "transactioncurrency", "organization"})


class DynamicsConnector:
    """One environment. Constructing it reads no secret and opens nothing; ``sleep`` waits the given seconds."""

    type = "dynamics"

    def __init__(self, config: SourceConfig, sleep: Callable[[float], None] = time.sleep) -> None:
        self.name = config.name
        skipped = frozenset(config.options.get("skip_objects") or ())
        if unknown := sorted(skipped - {obj.name for obj in OBJECTS}):
            raise config.error("skip_objects", f"unknown table '{unknown[0]}'; see sources/dynamics/README.md")
        extra = [str(name) for name in config.options.get("extra_objects") or ()]
        if again := sorted(set(extra) & {obj.name for obj in OBJECTS}):
            raise config.error("extra_objects", f"'{again[0]}' is read anyway")
        own = tuple(map(custom_table, extra))
        self._objects = (*(obj for obj in OBJECTS if obj.name not in skipped), *own)
        self._api = Api(config.name, Login(config), int(config.number("page_rows")), sleep)
        self._days, self._shrink_limit = reconcile_days(config), config.number("shrink_limit")
        self._definitions: dict[str, dict[str, Any]] | None = None

    def __repr__(self) -> str:
        return f"DynamicsConnector({self.name!r})"

    def objects(self) -> tuple[SourceObject, ...]:
        """Return the declared tables without those that the configuration skips, and those it adds."""
        return self._objects

    def clock(self) -> datetime:
        """Return the environment's own time, naive UTC in whole seconds. Raises SourceError when it is not reached.

        A run begins with it, so tables are described anew after it.
        """
        self._definitions = None
        return self._api.clock()

    def check(self) -> list[Check]:
        """Try credentials, privileges and every declared table; never raises for the environment's answer."""
        return inspect(self._api, self._objects, ALWAYS)

    def describe(self, obj: SourceObject) -> tuple[Column, ...]:
        """Return the columns of ``obj`` that are read; empty where the environment shows no such table."""
        found = self._describe(obj)
        return found.columns if found else ()

    def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        """Stage every row of ``obj`` that changed in ``window``.

        A table of an app that the environment lacks is empty. Raises SourceError; commits nothing.
        """
        return replace(self._read(obj, window, reading), shrink_limit=self._shrink_limit)

    def _read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        found = self._describe(obj)
        if found is not None:
            return TableReader(self._api, found, reading, reading.staging / "read").read(obj, window, self._days)
        if obj.name in ALWAYS or obj not in OBJECTS or was_there(obj, reading):
            message = "the environment has no such table, or the application user may not see it."
            raise SourceError(self.name, obj.name, message, f"{GRANT_READ} Or list it under skip_objects.")
        names = [column.name for column in obj.columns]
        return Extract(obj, obj.columns, window, empty_relation(names), source_count=0)

    def close(self) -> None:
        """Release connections. Safe to call twice."""
        self._api.http.close()

    def _describe(self, obj: SourceObject) -> Described | None:
        """Return what the environment says about a table, or None where it has none of that name."""
        if self._definitions is None:
            self._definitions = self._api.definitions()
        definition = self._definitions.get(obj.name)
        # a virtual table is another system's: it has no versions, and its rows belong to that system
        if definition is None or definition.get("DataProviderId"):
            return None
        if obj in OBJECTS and definition["PrimaryIdAttribute"] != obj.key[0]:
            message = f"its key is {definition['PrimaryIdAttribute']}, not {obj.key[0]}."
            raise SourceError(self.name, obj.name, message, "Read it through a mapping file instead.")
        attributes = self._api.attributes(obj.name)
        has_times = any(each["AttributeType"] == "DateTime" for each in attributes)
        behaviors = self._api.behaviors(obj.name) if has_times else {}
        return described(definition, attributes, behaviors, obj.columns)
