"""A lake, and an installation of vtiger in MariaDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.config import Secret
from sources.lake import Lake, LakeLocation
from tests.installations import Installation, mariadb_database
from tests.integration.vtiger.schema import statements
from tests.servers import DatabaseServer


@pytest.fixture
def lake(tmp_path: Path, extensions: Path) -> Iterator[Lake]:
    """An empty lake."""
    with Lake(LakeLocation(f"sqlite:{tmp_path}/lake/catalog.sqlite", tmp_path / "lake/files", extensions)) as opened:
        yield opened


@pytest.fixture
def crm(mariadb: DatabaseServer, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An installation without records."""
    monkeypatch.setenv("VTIGER_PASSWORD", mariadb.password)
    password = Secret("${VTIGER_PASSWORD}", tmp_path / "crm_sources.yaml")
    settings = {
        "kind": "mysql", "host": mariadb.host, "port": mariadb.port, "database": "vtiger", "user": mariadb.user,
        "password": password,
    }  # fmt: skip
    with mariadb_database(mariadb, "vtiger") as run:
        for statement in statements():
            run(statement)
        yield Installation(lake, tmp_path, "vtiger", run, settings)


def record(crm: Installation, setype: str, key: int, modified: str = "2024-03-01 10:00:00", deleted: int = 0) -> None:
    """Insert the row of ``vtiger_crmentity`` that every record has; user 7 owns it."""
    crm.run(
        "insert into vtiger_crmentity (crmid, smownerid, setype, createdtime, modifiedtime, deleted)"
        f" values ({key}, 7, '{setype}', '2024-01-02 03:04:05', '{modified}', {deleted})"
    )


def account(crm: Installation, key: int, name: str, modified: str = "2024-03-01 10:00:00", deleted: int = 0) -> None:
    """Insert an account with the row of ``vtiger_crmentity`` that it has."""
    record(crm, "Accounts", key, modified, deleted)
    crm.run(f"insert into vtiger_account (accountid, account_no, accountname) values ({key}, 'ACC{key}', '{name}')")


def save(crm: Installation, key: int, *, deleted: int | None = None) -> None:
    """Stamp a record as the application does when it is saved, deleted or restored."""
    flag = "" if deleted is None else f", deleted = {deleted}"
    crm.run(f"update vtiger_crmentity set modifiedtime = '{crm.now}'{flag} where crmid = {key}")


def lines(crm: Installation, document: int, *quantities: int) -> None:
    """Save a document's lines as the application does: delete them all, insert them again."""
    crm.run(f"delete from vtiger_inventoryproductrel where id = {document}")
    for number, quantity in enumerate(quantities, start=1):
        crm.run(
            "insert into vtiger_inventoryproductrel (id, productid, sequence_no, quantity, listprice)"
            f" values ({document}, 50, {number}, {quantity}, 2.5)"
        )
