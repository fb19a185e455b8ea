"""A lake, and a made-up legacy CRM in SQLite whose object table has one of each kind of table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.config import SourceConfig
from sources.contract import Connector
from sources.databases.connector import DatabaseConnector
from sources.databases.objects import columns, database_object
from sources.databases.table import DatedBy
from sources.lake import Lake, LakeLocation
from tests.installations import Installation, sqlite_database

TABLES = (
    database_object(
        "people", "id", columns(text="name", number="firm_id deleted"), cursor="changed",
        deleted_when='"deleted" = 1', is_always=True, watched=["firm_id"],
    ),
    database_object("people_custom", "person_id", cursor="changed", dated_by=DatedBy("person_id", "people", "id")),
    database_object("memberships", ["person_id", "club_id"], columns(text="role")),
    database_object("projects", "id", columns(text="title"), cursor="changed"),
)  # fmt: skip


def made_up_connector(config: SourceConfig) -> Connector:
    """The made-up CRM's connector; it borrows the options and the lake schema of a real type."""
    return DatabaseConnector("suitecrm", config, TABLES, lambda name: database_object(name, "id", cursor="changed"))


@pytest.fixture
def lake(tmp_path: Path, extensions: Path) -> Iterator[Lake]:
    """An empty lake."""
    with Lake(LakeLocation(f"sqlite:{tmp_path}/lake/catalog.sqlite", tmp_path / "lake/files", extensions)) as opened:
        yield opened


@pytest.fixture
def crm(lake: Lake, tmp_path: Path) -> Iterator[Installation]:
    """An installation with people and what is known of them beside; no memberships, no projects."""
    with sqlite_database(tmp_path / "old.sqlite") as run:
        settings = {"kind": "sqlite", "path": "old.sqlite"}
        installation = Installation(lake, tmp_path, "suitecrm", run, settings, connector=made_up_connector)
        run("create table people (id varchar(36) primary key, name text, firm_id int, deleted int, changed datetime)")
        run("create table people_custom (person_id varchar(36) primary key, shoe_size int)")
        run("insert into people values ('a', 'Ann', 1, 0, '2024-03-01 10:00:00'), ('b', 'Bo', 1, 0, '2024-03-01')")
        run("insert into people_custom values ('a', 38), ('b', 44)")
        yield installation
