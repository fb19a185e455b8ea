"""The Salesforce connector: one org, described once, read object by object."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from sources.config import SourceConfig
from sources.contract import Check, Column, Extract, Reading, SourceObject, Window
from sources.errors import SourceError
from sources.http import ApiError
from sources.http.pages import empty_relation
from sources.reconciling import reconcile_days
from sources.salesforce.answers import GRANT_READ
from sources.salesforce.api import Api
from sources.salesforce.fields import Described, described
from sources.salesforce.inspection import inspect
from sources.salesforce.login import Login
from sources.salesforce.objects import OBJECTS, REQUIRED
from sources.salesforce.objects.chosen import chosen_currency, chosen_objects
from sources.salesforce.options import AUTH
from sources.salesforce.reader import SEEN, ObjectReader, Policy

_log = logging.getLogger(__name__)


class SalesforceConnector:
    """One org. Constructing it reads no secret and opens nothing; ``sleep`` waits the given seconds."""

    type = "salesforce"

    def __init__(self, config: SourceConfig, sleep: Callable[[float], None] = time.sleep) -> None:
        self.name = config.name
        config.word(AUTH)
        self._objects = chosen_objects(config)
        self._api = Api(
            config.name, Login(config), str(config.text("api_version")), config.number("api_usage_limit"), sleep
        )
        self._policy = Policy(
            int(config.number("bulk_above_rows")),
            int(config.number("bulk_page_rows")),
            reconcile_days(config),
            config.number("shrink_limit"),
            set(),
        )
        self._currency = chosen_currency(config)
        self._described: dict[str, Described] = {}
        self._is_described = False

    def __repr__(self) -> str:
        return f"SalesforceConnector({self.name!r})"

    def objects(self) -> tuple[SourceObject, ...]:
        """Return the declared objects without those that the configuration skips, and those it adds."""
        return self._objects

    def clock(self) -> datetime:
        """Return the org's own time, naive UTC in whole seconds. Raises SourceError when it cannot be reached.

        A run begins with it, so objects are described anew after it.
        """
        self._is_described = False
        return self._api.clock()

    def check(self) -> list[Check]:
        """Try credentials, permissions and every declared object; never raises for the org's answer."""
        return inspect(self._api, self._objects, self._currency)

    def describe(self, obj: SourceObject) -> tuple[Column, ...]:
        """Return the fields of ``obj`` that the integration user can read; empty where it sees no such object."""
        self._describe([obj])
        found = self._described.get(obj.name)
        return found.columns if found else ()

    def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        """Stage every row of ``obj`` that changed in ``window``; the extract's window may end earlier than asked.

        An object of a feature the org lacks is empty. Raises SourceError; commits nothing.
        """
        try:
            return self._read(obj, window, reading, reading.staging / "read")
        except ApiError as error:
            if error.code != "INVALID_FIELD":
                raise
        # a field vanished between describe and query: describe again, once
        self._describe([obj])
        return self._read(obj, window, reading, reading.staging / "read_again")

    def close(self) -> None:
        """Release connections. Safe to call twice."""
        self._api.http.close()

    def _read(self, obj: SourceObject, window: Window, reading: Reading, folder: Path) -> Extract:
        if not self._is_described:
            self._describe(self._objects)
            self._is_described = True
        found = self._described.get(obj.name)
        if found is not None:
            return ObjectReader(self._api, self._policy, found, reading, folder).read(obj, window)
        # one that was there before is hidden now, or gone with its records: empty would be a silent loss
        if obj.name in REQUIRED or obj not in OBJECTS or window.token == SEEN:
            message = "the org has no such object, or the integration user may not see it."
            raise SourceError(self.name, obj.name, message, f"{GRANT_READ} Or list it under skip_objects.")
        _log.info("%s.%s: not in this org, or not visible to the integration user; read as empty", self.name, obj.name)
        names = [column.name for column in obj.columns]
        return Extract(obj, obj.columns, window, empty_relation(names), source_count=0)

    def _describe(self, objects: Iterable[SourceObject]) -> None:
        declared = {obj.name: obj.columns for obj in objects}
        answers = self._api.describe(declared)
        for name, columns in declared.items():
            self._described.pop(name, None)
            if name in answers:
                self._described[name] = described(answers[name], columns)
