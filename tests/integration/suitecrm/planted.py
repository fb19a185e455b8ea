"""A SuiteCRM database whose password is looked for wherever something is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.integration.suitecrm.schema import TABLES
from tests.planted import Planted
from tests.planted_database import planted_mariadb

_ADD = "insert into accounts (id, name, date_modified) values ('a', 'Ann', '2024-03-01')"


@contextmanager
def planted(request: pytest.FixtureRequest) -> Iterator[Planted]:
    """Yield an installation with one account."""
    with planted_mariadb(request, [TABLES["accounts"], _ADD], ["accounts"]) as found:
        yield replace(found, options={**found.options, "currency": "EUR"})
