"""A vtiger database whose password is looked for wherever something is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.integration.vtiger.schema import statements
from tests.planted import Planted
from tests.planted_database import planted_mariadb

_ADD = (
    "insert into vtiger_crmentity (crmid, setype, createdtime, modifiedtime)"
    " values (1, 'Accounts', now(), '2024-03-01')",
    "insert into vtiger_account (accountid, accountname) values (1, 'Ann')",
)


@contextmanager
def planted(request: pytest.FixtureRequest) -> Iterator[Planted]:
    """Yield an installation with one account."""
    with planted_mariadb(request, [*statements(), *_ADD], ["vtiger_account"]) as found:
        yield found
