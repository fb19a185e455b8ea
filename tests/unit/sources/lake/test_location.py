"""Extensions from wheels, and no password in any message."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from sources.errors import CrmWarehouseError
from sources.lake import Lake, LakeLocation, install_extensions
from sources.lake.location import EXTENSIONS, redacted


@pytest.mark.parametrize(
    "text",
    [
        "dbname=lake password=geheim host=x",
        "password = 'ge heim\\'s' dbname=lake geheim2".replace("geheim2", ""),
        "postgresql://crm:geheim@127.0.0.1/lake",
        "postgresql://crm:ge@heim@127.0.0.1/lake",
        "attach 'ducklake:postgres:host=x password=''mein geheim'' dbname=lake' as lake",
        "ducklake:postgres:dbname=l PASSWORD=geheim",
    ],
)
def test_a_password_never_survives_redaction(text: str) -> None:
    assert "heim" not in redacted(text) and "***" in redacted(text)


def test_the_location_shows_no_dsn(tmp_path: Path) -> None:
    location = LakeLocation("postgres:dbname=x password=geheim", tmp_path, tmp_path)
    assert "geheim" not in f"{location} {location!r}"


def test_an_unreachable_catalog_says_so_without_its_password(tmp_path: Path) -> None:
    install_extensions(tmp_path / "extensions")
    dsn = "postgres:host=127.0.0.1 port=1 dbname=lake user=crm password=geheim"
    with pytest.raises(CrmWarehouseError, match="cannot be opened") as caught:
        Lake(LakeLocation(dsn, tmp_path / "files", tmp_path / "extensions"))
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_installed_extensions_load_without_a_network_and_installing_again_changes_nothing(tmp_path: Path) -> None:
    install_extensions(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.duckdb_extension")}
    install_extensions(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.duckdb_extension")} == before
    assert {path.stem for path in before} == set(EXTENSIONS)
    with duckdb.connect(config={"extension_directory": str(tmp_path), "autoinstall_known_extensions": False}) as fresh:
        for name in EXTENSIONS:
            fresh.execute(f"load {name}")
