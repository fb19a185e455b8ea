"""What a configured org is read for: the object table without what it skips and with what it adds, and its currency."""

from __future__ import annotations

import re

from sources.config import SourceConfig
from sources.contract import SourceObject
from sources.salesforce.objects import OBJECTS, extra_object


def chosen_objects(config: SourceConfig) -> tuple[SourceObject, ...]:
    """Return what to read: the object table without ``skip_objects`` and with ``extra_objects``. Raises ConfigError."""
    known = {obj.name.lower(): obj.name for obj in OBJECTS}
    skipped = frozenset(config.options.get("skip_objects") or ())
    if unknown := sorted(skipped - set(known.values())):
        raise config.error("skip_objects", f"unknown object '{unknown[0]}'; see sources/salesforce/README.md")
    extra = [str(name) for name in config.options.get("extra_objects") or ()]
    for name in extra:
        if not re.fullmatch(r"[A-Za-z]\w*", name):
            raise config.error("extra_objects", f"'{name}' is no API name; one looks like Invoice__c")
        if name.lower() in known:
            raise config.error("extra_objects", f"'{known[name.lower()]}' is read anyway")
        known[name.lower()] = name
    return (*(obj for obj in OBJECTS if obj.name not in skipped), *map(extra_object, extra))


def chosen_currency(config: SourceConfig) -> str | None:
    """Return the currency of amounts that do not say theirs, or None. Raises ConfigError for what is none."""
    currency = config.text("currency")
    if currency is not None and not re.fullmatch("[A-Z]{3}", currency):
        raise config.error("currency", f"'{currency}' is no currency; give its ISO code, such as EUR")
    return currency
