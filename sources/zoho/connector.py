"""The Zoho CRM connector: one organization, described once a run, read module by module."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sources.config import SourceConfig
from sources.contract import Check, Column, Extract, Reading, SourceObject, Window
from sources.errors import SourceError
from sources.http.pages import Pages, empty_relation
from sources.reconciling import reconcile_days, was_there
from sources.zoho.answers import GRANT_READ
from sources.zoho.api import ROOT, Api
from sources.zoho.children import ChildReader
from sources.zoho.fields import KEY, Described, described, row
from sources.zoho.inspection import inspect
from sources.zoho.login import Login
from sources.zoho.objects import CHILDREN, OBJECTS, OWN, custom_module
from sources.zoho.reader import ModuleReader, Policy

# what every organization has; the others may be hidden by its administrator
ALWAYS = frozenset({"Accounts", "Contacts"})


class ZohoConnector:
    """One organization. Constructing it reads no secret and opens nothing; ``sleep`` waits the given seconds."""

    type = "zoho"

    def __init__(self, config: SourceConfig, sleep: Callable[[float], None] = time.sleep) -> None:
        self.name = config.name
        declared = {obj.name for obj in OBJECTS}
        skipped = frozenset(config.options.get("skip_objects") or ())
        if unknown := sorted(skipped - declared):
            raise config.error("skip_objects", f"unknown object '{unknown[0]}'; see sources/zoho/README.md")
        extra = [str(name) for name in config.options.get("extra_objects") or ()]
        if again := sorted(set(extra) & declared):
            raise config.error("extra_objects", f"'{again[0]}' is read anyway")
        self._objects = (*(obj for obj in OBJECTS if obj.name not in skipped), *map(custom_module, extra))
        self._api = Api(config.name, Login(config), sleep)
        self._policy = Policy(int(config.number("bulk_above_rows")), reconcile_days(config))
        self._shrink_limit = config.number("shrink_limit")
        self._most_parents = int(config.number("related_records"))
        self._modules: frozenset[str] | None = None
        self._described: dict[str, Described] = {}

    def __repr__(self) -> str:
        return f"ZohoConnector({self.name!r})"

    def objects(self) -> tuple[SourceObject, ...]:
        """Return the declared objects without those that the configuration skips, and those it adds."""
        return self._objects

    def clock(self) -> datetime:
        """Return the organization's own time, naive UTC in whole seconds. Raises SourceError when it is not reached.

        A run begins with it, so modules are described anew after it.
        """
        self._modules, self._described = self._api.modules(), {}
        return self._api.clock()

    def check(self) -> list[Check]:
        """Try credentials, permissions and every declared object; never raises for the organization's answer."""
        return inspect(self._api, self._objects, ALWAYS)

    def describe(self, obj: SourceObject) -> tuple[Column, ...]:
        """Return the columns of ``obj`` that are read; empty where the organization shows no such module."""
        if obj.name in OWN:
            return obj.columns
        if self._modules is None:
            self._modules = self._api.modules()
        child = CHILDREN.get(obj.name)
        return self._describe(obj).columns if (child.parent if child else obj.name) in self._modules else ()

    def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        """Stage every row of ``obj`` that changed in ``window``; the extract's window may end earlier than asked.

        A module that the organization lacks is empty. Raises SourceError; commits nothing.
        """
        return replace(self._read(obj, window, reading), shrink_limit=self._shrink_limit)

    def _read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        folder = reading.staging / "read"
        if obj.name in OWN:
            return self._own(obj, window, reading)
        child = CHILDREN.get(obj.name)
        module = child.parent if child else obj.name
        if self._modules is None:
            self._modules = self._api.modules()
        found = self._describe(obj) if module in self._modules else None
        if found is None or len(found.columns) <= len(obj.key):
            if module in ALWAYS or obj not in OBJECTS or was_there(obj, reading):
                missed = "the organization has no such module, or the user may not see it."
                message = missed if found is None else "Zoho describes no field of it."
                raise SourceError(self.name, obj.name, message, f"{GRANT_READ} Or list it under skip_objects.")
            return self._empty(obj, window)
        if child is not None:
            reader = ChildReader(self._api, child, found, reading, folder, self._most_parents)
            return reader.read(obj, window, self._policy.reconcile_days)
        return ModuleReader(self._api, self._policy, found, reading, folder).read(obj, window)

    def close(self) -> None:
        """Release connections. Safe to call twice."""
        self._api.http.close()

    def _describe(self, obj: SourceObject) -> Described:
        """Return what the organization says about an object; of a related list what is declared."""
        if obj.name in self._described:
            return self._described[obj.name]
        child = CHILDREN.get(obj.name)
        declared = Described(obj.name, obj.columns, (), (), ())
        if child is None:
            lines = [
                name
                for other in CHILDREN.values()
                if other.parent == obj.name and other.is_subform
                for name in other.lists
            ]
            found = described(obj.name, self._api.fields(obj.name, obj.name), lines)
        elif child.is_subform and obj.name in (self._modules or ()):
            own = described(obj.name, self._api.fields(obj.name, obj.name), obj.key)
            keys = tuple(column for column in obj.columns if column.name in obj.key)
            found = replace(own, columns=(*keys, *(each for each in own.columns if each.name != KEY)))
        else:
            found = declared
        self._described[obj.name] = found
        return found

    def _own(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        """Read what has an endpoint of its own, whole."""
        path, member, params = OWN[obj.name]
        pages = Pages(reading.connection, reading.staging / "read", [column.name for column in obj.columns])
        if obj.name == "users":
            lists = self._api.pages(ROOT + path, member, obj.name, params)
        else:
            lists = iter([self._api.get(ROOT + path, obj.name, params).get(member, [])])
        for records in lists:
            pages.add_records([row(each) for each in records])
            reading.progress(len(records))
        staged = pages.staged()
        whole = Window(None, window.until)
        return Extract(obj, obj.columns, whole, staged.relation, is_snapshot=True, source_count=staged.rows)

    def _empty(self, obj: SourceObject, window: Window) -> Extract:
        names = [column.name for column in obj.columns]
        return Extract(obj, obj.columns, window, empty_relation(names), source_count=0)
