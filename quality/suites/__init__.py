"""One suite per door: a module per connector type for what landed, and ``release`` for what is about to be published.

A landing suite is found by its module's name, so a new connector type brings its file and nothing else changes.
"""

from __future__ import annotations

import importlib
import importlib.util
from datetime import date

from quality.rules import Suite
from quality.suites.release import suite as release_suite

__all__ = ["landing_suite", "release_suite"]


def landing_suite(connector_type: str, as_of: date) -> Suite | None:
    """Return what is expected of a type's lake schema on the day ``as_of``, or None when it has no suite."""
    name = f"quality.suites.{connector_type}"
    if importlib.util.find_spec(name) is None:
        return None
    suite: Suite = importlib.import_module(name).suite(as_of)
    return suite
