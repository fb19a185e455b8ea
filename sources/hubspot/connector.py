"""The HubSpot connector: one account, read object by object, records before what hangs on them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sources.config import SourceConfig
from sources.contract import Check, Column, Extract, Reading, SourceObject, Window
from sources.errors import SourceError
from sources.http import ApiError
from sources.http.pages import empty_relation
from sources.hubspot.api import Api
from sources.hubspot.fields import Described, described
from sources.hubspot.inspection import inspect
from sources.hubspot.listing import read_listed
from sources.hubspot.login import Login
from sources.hubspot.objects import HISTORY, MERGED, OBJECTS, PAIRS, PATHS, RECORDS, record_type
from sources.hubspot.records import RecordReader
from sources.hubspot.touched import TouchedReader
from sources.reconciling import reconcile_days

# what every account has; others come with a paid hub, or were never asked for
ALWAYS = frozenset({"companies", "contacts", "deals", "tickets"})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class HubSpotConnector:
    """One account. Constructing it reads no secret and opens nothing; ``sleep`` waits the given seconds."""

    type = "hubspot"

    def __init__(self, config: SourceConfig, sleep: Callable[[float], None] = time.sleep) -> None:
        self.name = config.name
        skipped = frozenset(config.options.get("skip_objects") or ())
        if unknown := sorted(skipped - {obj.name for obj in OBJECTS}):
            raise config.error("skip_objects", f"unknown object '{unknown[0]}'; see sources/hubspot/README.md")
        known = {obj.name: obj.name for obj in OBJECTS}
        extra = [str(name) for name in config.options.get("extra_objects") or ()]
        for name in extra:
            if name.lower() in known:
                raise config.error("extra_objects", f"'{known[name.lower()]}' is read anyway")
            if not _NAME.fullmatch(name):
                raise config.error("extra_objects", f"'{name}' is no name; a custom object's is like p1234_machines")
            known[name.lower()] = name
        # without its records an association or a history has nobody to ask about
        hanging = {pair.table for pair in PAIRS if pair.one in skipped}
        hanging |= {HISTORY.name} if "deals" in skipped else set()
        # a custom object may be named in capitals, which tables do not tell apart
        own = tuple(replace(record_type(name, text=MERGED), table=name.lower()) for name in extra)
        self._records = {obj.name for obj in (*RECORDS, *own)}
        # records come first: what hangs on them is asked for by what was committed of them
        self._objects = (*own, *(obj for obj in OBJECTS if obj.name not in skipped | hanging))
        self._api = Api(config.name, Login(config), sleep)
        self._days, self._shrink_limit = reconcile_days(config), config.number("shrink_limit")
        self._schemas: dict[str, str] | None = None

    def __repr__(self) -> str:
        return f"HubSpotConnector({self.name!r})"

    def objects(self) -> tuple[SourceObject, ...]:
        """Return the declared objects without those that the configuration skips, and those it adds."""
        return self._objects

    def clock(self) -> datetime:
        """Return the account's own time, naive UTC in whole seconds. Raises SourceError when it is not reached."""
        self._schemas = None
        return self._api.begin()

    def check(self) -> list[Check]:
        """Try credentials, scopes and every declared object; never raises for the account's answer."""
        return inspect(self._api, self._objects, self._records, self._path)

    def describe(self, obj: SourceObject) -> tuple[Column, ...]:
        """Return the columns of ``obj`` that are read; empty where the account has no such object type."""
        if obj.name not in self._records:
            return obj.columns
        found = self._describe(obj, self._path(obj))
        return found.columns if found else ()

    def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        """Stage every row of ``obj`` that changed in ``window``.

        An object type that the account lacks is empty. Raises SourceError; commits nothing.
        """
        return replace(self._read(obj, window, reading), shrink_limit=self._shrink_limit)

    def close(self) -> None:
        """Release connections. Safe to call twice."""
        self._api.http.close()

    def _read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        folder = reading.staging / "read"
        pair = next((each for each in PAIRS if each.table == obj.name), None)
        if pair is not None:
            return TouchedReader(self._api, reading, folder, self._days).associations(obj, pair, window)
        if obj.name == HISTORY.name:
            return TouchedReader(self._api, reading, folder, self._days).stage_history(obj, "deals", window)
        if obj.name not in self._records:
            return read_listed(self._api, obj, window, reading, folder)
        path = self._path(obj)
        found = self._describe(obj, path)
        if found is None:
            names = [column.name for column in obj.columns]
            return Extract(obj, obj.columns, window, empty_relation(names), source_count=0)
        reader = RecordReader(self._api, path, found, reading, folder)
        return reader.read(obj, window, self._days, self._shrink_limit)

    def _path(self, obj: SourceObject) -> str:
        """Return what an object type is called in a path; a custom one by its objectTypeId."""
        if obj in OBJECTS:
            return PATHS.get(obj.name, obj.name)
        if self._schemas is None:
            self._schemas = {}
            for each in self._api.get("/crm/v3/schemas", obj.name)["results"]:
                names = (each.get("name"), each.get("fullyQualifiedName"))
                self._schemas |= {name: str(each["objectTypeId"]) for name in names if name}
        return self._schemas.get(obj.name, obj.name)

    def _describe(self, obj: SourceObject, path: str) -> Described | None:
        """Return what the account says about an object type, or None where it has none of that name."""
        try:
            answer = self._api.get(f"/crm/v3/properties/{path}", obj.name, archived="false")
        except ApiError as error:
            if error.status == 403 or ("infer object type" not in error.message and error.status != 404):
                raise
            if obj.name in ALWAYS or obj not in OBJECTS:
                remedy = "Check its name, or remove it from extra_objects." if obj not in OBJECTS else ""
                raise SourceError(
                    self.name, obj.name, f"the account has no such object: {error.message}.", remedy
                ) from None
            return None
        return described(answer["results"], obj.columns)
