"""How a publication replaces the one before: atomically, repeatably, and with a way back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines import publish as publishing
from pipelines.publish import PublishError, current_version, rollback, versions
from pipelines.published import content_hashes, file_contents
from tests.integration.publish.released import publish

ROOT = Path(__file__).parents[3]
AS_OF = date(2026, 1, 10)

READER = """
import json, sys, time
from pathlib import Path
import duckdb

file, stop, answer = map(Path, sys.argv[2:])
holds = sys.argv[1] == "holding"
QUERIES = [
    "select run_id from meta.run",
    "select distinct 'r' || stamp from core.dim_customers",
    "select distinct 'r' || stamp from core.fct_orders",
    "select distinct 'r' || customers.stamp from core.dim_customers as customers"
    " join marts.customer_360 using (customer_id) where customers.stamp = customer_360.stamp",
]
seen, mixed, queries = [], [], 0

def look(connection):
    global queries
    answers = [connection.execute(query).fetchall() for query in QUERIES]
    queries += len(answers)
    runs = {row[0] for rows in answers for row in rows}
    if len(runs) != 1 or not all(len(rows) == 1 for rows in answers):
        mixed.append(repr(answers))
    seen.append(min(runs))

# a process that still holds the file is given its old contents again by DuckDB, so one reader holds and one comes back
connection = duckdb.connect(str(file), read_only=True)
answer.with_suffix(".ready").touch()
while not stop.exists():
    if not holds:
        connection.close()
        connection = duckdb.connect(str(file), read_only=True)
    look(connection)
answer.write_text(json.dumps({"seen": sorted(set(seen)), "mixed": mixed, "queries": queries}))
"""

CUT_OFF = """
import os, signal, sys
from datetime import date
from pathlib import Path
from pipelines import publish as publishing
from sources.lake import Lake, LakeLocation
from tests.integration.publish.released import publish

point, warehouse, published, catalog, files, extensions = sys.argv[1:]

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(publishing, point, die)
with Lake(LakeLocation(catalog, Path(files), Path(extensions))) as lake:
    publish(Path(warehouse), lake, Path(published), run_id="r2", as_of=date(2026, 1, 10))
"""


def run_of(file: Path) -> str:
    with duckdb.connect(str(file), read_only=True) as connection:
        (run,) = connection.execute("select run_id from meta.run").fetchone()
        return run


def leftovers(published: Path) -> list[str]:
    return [path.name for path in published.rglob(".next-*")]


def test_readers_meet_no_error_and_never_two_runs_while_nights_publish(make_warehouse, lake, published, tmp_path):
    publish(make_warehouse(0), lake, published, run_id="r0", as_of=AS_OF)
    nights = [make_warehouse(night) for night in range(1, 6)]
    stop = tmp_path / "stop"
    answers = {kind: tmp_path / f"{kind}.json" for kind in ("holding", "returning")}
    start = [sys.executable, "-c", READER]
    readers = [
        subprocess.Popen([*start, kind, str(published / "crm.duckdb"), str(stop), str(answer)])
        for kind, answer in answers.items()
    ]
    try:
        while not all(answer.with_suffix(".ready").exists() for answer in answers.values()):
            assert all(reader.poll() is None for reader in readers)
            time.sleep(0.01)
        for night, warehouse in enumerate(nights, start=1):
            publish(warehouse, lake, published, run_id=f"r{night}", as_of=AS_OF)
            time.sleep(0.1)
        time.sleep(1)
    finally:
        stop.touch()
        codes = [reader.wait(timeout=60) for reader in readers]
    assert codes == [0, 0]
    saw = {kind: json.loads(answer.read_text()) for kind, answer in answers.items()}
    assert [saw[kind]["mixed"] for kind in saw] == [[], []]
    assert saw["holding"]["seen"] == ["r0"]
    assert len(saw["returning"]["seen"]) >= 3
    assert min(saw[kind]["queries"] for kind in saw) >= 40


@pytest.mark.slow
@pytest.mark.parametrize(("point", "survivor"), [("_link", "r1"), ("_switch", "r1"), ("_prune", "r2")])
def test_a_publication_killed_anywhere_leaves_a_whole_file_and_can_be_repeated(
    make_warehouse, lake, published, tmp_path, point, survivor
):
    publish(make_warehouse(1), lake, published, run_id="r1", as_of=AS_OF)
    second = make_warehouse(2)
    where = lake.location
    arguments = [point, second, published, where.catalog, where.files, where.extensions]
    killed = subprocess.run([sys.executable, "-c", CUT_OFF, *map(str, arguments)], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert run_of(published / "crm.duckdb") == survivor

    result = publish(second, lake, published, run_id="r2", as_of=AS_OF)
    assert run_of(published / "crm.duckdb") == "r2"
    assert versions(published) == ("0001-r1", "0002-r2")
    assert content_hashes(result.file) == content_hashes(second)
    assert leftovers(published) == []


def test_the_last_versions_are_kept_and_the_current_file_is_one_of_them(make_warehouse, lake, published):
    for night in (1, 2, 3):
        publish(make_warehouse(night), lake, published, run_id=f"r{night}", as_of=AS_OF, keep=2)
    assert versions(published) == ("0002-r2", "0003-r3")
    assert current_version(published) == "0003-r3"
    assert (published / "crm.duckdb").samefile(published / "versions" / "0003-r3.duckdb")


def test_rollback_goes_one_version_back_or_to_the_one_asked_for(make_warehouse, lake, published):
    for night in (1, 2, 3):
        publish(make_warehouse(night), lake, published, run_id=f"r{night}", as_of=AS_OF)
    assert rollback(published).run_id == "r2"
    assert run_of(published / "crm.duckdb") == "r2"
    assert rollback(published).run_id == "r1"
    assert rollback(published, "0003-r3").run_id == "r3"
    assert versions(published) == ("0001-r1", "0002-r2", "0003-r3")
    with pytest.raises(PublishError, match=r"no version 0009-x\. There are: 0001-r1, 0002-r2, 0003-r3"):
        rollback(published, "0009-x")
    rollback(published, "0001-r1")
    with pytest.raises(PublishError, match="no earlier version"):
        rollback(published)
    assert leftovers(published) == []


def test_a_version_that_readers_see_is_not_pruned(make_warehouse, lake, published):
    publish(make_warehouse(1), lake, published, run_id="r1", as_of=AS_OF)
    publish(make_warehouse(2), lake, published, run_id="r2", as_of=AS_OF)
    rollback(published)
    publishing._prune(published, 1)
    assert versions(published) == ("0001-r1", "0002-r2")


def test_a_copy_that_differs_from_the_warehouse_is_not_published(make_warehouse, lake, published, monkeypatch):
    publish(make_warehouse(1), lake, published, run_id="r1", as_of=AS_OF)
    real = publishing.build

    def damaging(warehouse: Path, target: Path, *args: object, **options: object) -> None:
        real(warehouse, target, *args, **options)
        with duckdb.connect(str(target)) as connection:
            connection.execute("update core.dim_customers set amount = amount + 1 where customer_id = 'c7'")

    monkeypatch.setattr(publishing, "build", damaging)
    with pytest.raises(PublishError, match=r"differs from what passed the release gate \(core.dim_customers\)"):
        publish(make_warehouse(2), lake, published, run_id="r2", as_of=AS_OF)
    assert run_of(published / "crm.duckdb") == "r1"
    assert versions(published) == ("0001-r1",)
    assert leftovers(published) == []


def test_a_warehouse_that_cannot_be_read_leaves_the_last_file_in_place(make_warehouse, lake, published, tmp_path):
    publish(make_warehouse(1), lake, published, run_id="r1", as_of=AS_OF)
    broken = tmp_path / "broken.duckdb"
    broken.write_bytes(b"no database")
    with pytest.raises(duckdb.Error):
        publish(broken, lake, published, run_id="r2", as_of=AS_OF, contents={})
    assert run_of(published / "crm.duckdb") == "r1"
    assert leftovers(published) == []


def test_two_publications_at_once_are_refused(make_warehouse, lake, published):
    publish(make_warehouse(1), lake, published, run_id="r1", as_of=AS_OF)
    with publishing._alone(published), pytest.raises(PublishError, match="another publication is at work"):
        publish(make_warehouse(2), lake, published, run_id="r2", as_of=AS_OF)
    assert run_of(published / "crm.duckdb") == "r1"


def test_what_a_reader_wrote_into_the_old_file_is_not_applied_to_the_new_one(make_warehouse, lake, published):
    publish(make_warehouse(1), lake, published, run_id="r1", as_of=AS_OF)
    scribble = (
        "import duckdb, os, sys; connection = duckdb.connect(sys.argv[1]);"
        "connection.execute('create table mine as select 1'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", scribble, str(published / "crm.duckdb")], check=True)
    assert (published / "crm.duckdb.wal").exists()
    publish(make_warehouse(2), lake, published, run_id="r2", as_of=AS_OF)
    assert run_of(published / "crm.duckdb") == "r2"
    assert not (published / "crm.duckdb.wal").exists()
    assert content_hashes(published / "crm.duckdb") == content_hashes(make_warehouse(2))


def test_a_warehouse_of_another_day_or_of_two_days_is_not_published(make_warehouse, lake, published):
    warehouse = make_warehouse(1)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table marts.customer_value as select date '2026-01-09' as as_of_date")
    with pytest.raises(PublishError, match="built as of 2026-01-09, not 2026-01-10"):
        publish(warehouse, lake, published, run_id="r1", as_of=AS_OF)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table core.dim_dates as select date '2026-01-10' as as_of_date")
    with pytest.raises(PublishError, match="different days: 2026-01-09 and 2026-01-10"):
        publish(warehouse, lake, published, run_id="r1", as_of=AS_OF)
    assert versions(published) == ()


def test_a_warehouse_that_changed_after_the_gate_is_not_published(make_warehouse, lake, published):
    passed = file_contents(make_warehouse(1))
    with pytest.raises(PublishError, match=r"release gate \(core.dim_customers, core.fct_orders, marts.customer_360\)"):
        publish(make_warehouse(2), lake, published, run_id="r1", as_of=AS_OF, contents=passed)
    assert versions(published) == ()


def without_links(source: object, target: object) -> None:
    raise OSError("this file system has no hard links")


def test_rollback_works_where_files_cannot_be_linked(make_warehouse, lake, published, monkeypatch):
    monkeypatch.setattr(os, "link", without_links)
    for night in (1, 2, 3):
        publish(make_warehouse(night), lake, published, run_id=f"r{night}", as_of=AS_OF)
    assert current_version(published) == "0003-r3"
    assert not (published / "crm.duckdb").samefile(published / "versions" / "0003-r3.duckdb")
    assert rollback(published).version == "0002-r2"
    assert current_version(published) == "0002-r2"
    assert rollback(published).version == "0001-r1"
    assert leftovers(published) == []


def test_rollback_works_in_a_copy_of_the_folder(make_warehouse, lake, published, tmp_path):
    for night in (1, 2, 3):
        publish(make_warehouse(night), lake, published, run_id=f"r{night}", as_of=AS_OF)
    rollback(published)
    copy = tmp_path / "copy"
    shutil.copytree(published, copy)
    assert not (copy / "crm.duckdb").samefile(copy / "versions" / "0002-r2.duckdb")
    assert current_version(copy) == "0002-r2"
    publishing._prune(copy, 1)
    assert versions(copy) == ("0002-r2", "0003-r3")
    with pytest.raises(PublishError, match="no earlier version"):
        rollback(copy)


def test_a_current_file_that_is_no_version_is_not_guessed_about(make_warehouse, lake, published):
    publish(make_warehouse(1), lake, published, run_id="r1", as_of=AS_OF)
    publish(make_warehouse(2), lake, published, run_id="r2", as_of=AS_OF)
    (published / "versions" / "0002-r2.duckdb").unlink()
    with pytest.raises(PublishError, match=r"none of the versions kept \(0001-r1\).*--version"):
        rollback(published)
    assert rollback(published, "0001-r1").run_id == "r1"


def test_a_current_file_that_someone_changed_is_not_built_upon(make_warehouse, lake, published):
    publish(make_warehouse(1), lake, published, run_id="r1", as_of=AS_OF)
    with duckdb.connect(str(published / "crm.duckdb")) as connection:
        connection.execute("create table mine as select 1 as x; update core.dim_customers set amount = 0")
    result = publish(make_warehouse(1), lake, published, run_id="r2", as_of=AS_OF)
    assert content_hashes(result.file) == content_hashes(make_warehouse(1))
    (published / "crm.duckdb").unlink()
    (published / "crm.duckdb").write_bytes(b"no database")
    assert publish(make_warehouse(2), lake, published, run_id="r3", as_of=AS_OF).version == "0003-r3"
    assert run_of(published / "crm.duckdb") == "r3"
