"""An Odoo database whose password is looked for wherever something is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.integration.odoo.installation import SCHEMA
from tests.planted import Planted
from tests.planted_database import planted_postgres

_ADD = "insert into res_partner (id, name, write_date) values (1, 'Ann', '2024-03-01')"


@contextmanager
def planted(request: pytest.FixtureRequest) -> Iterator[Planted]:
    """Yield an installation with one partner."""
    with planted_postgres(request, [SCHEMA, _ADD], ["res_partner"]) as found:
        yield found
