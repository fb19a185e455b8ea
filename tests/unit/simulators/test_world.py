"""The world as files: the same for the same seed and day, true to the formats, safe to interrupt."""

from __future__ import annotations

import os
import re
import shutil
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sources.simulators.company.salesforce import kept_objects
from sources.simulators.company.selling import REORGANISATIONS
from sources.simulators.company.timing import HORIZON_DAYS, START_DAY
from sources.simulators.world import World
from tests.unit.simulators.world_files import DAYS, export_lines, legacy, rows, salesforce, truth


def everything(home: Path) -> dict[str, Any]:
    """Return the content of every file but world.json."""
    files = sorted(path for path in home.rglob("*") if path.is_file() and path.suffix in {".csv", ".parquet"})
    with duckdb.connect() as connection:
        content: dict[str, Any] = {
            str(path.relative_to(home)): path.read_bytes()
            if path.suffix == ".csv"
            else connection.execute(f"select * from '{path}' order by all").fetchall()
            for path in files
        }
    content["salesforce"] = salesforce(home)
    for table in (
        "customers",
        "products",
        "orders",
        "order_items",
        "activities",
        "contracts",
        "stock_levels",
        "settings",
    ):
        content[table] = [tuple(row.values()) for row in legacy(home, f"select * from {table} order by 1, 2")]
    return content


def test_the_same_seed_size_and_day_give_the_same_sources(days: list[Path], tmp_path: Path) -> None:
    World.create(tmp_path / "again", 500, 11)
    assert everything(tmp_path / "again") == everything(days[0])


def test_another_seed_gives_another_company(days: list[Path], tmp_path: Path) -> None:
    World.create(tmp_path / "other", 500, 12)
    assert salesforce(tmp_path / "other")["Account"] != salesforce(days[0])["Account"]


def test_a_day_reached_by_living_equals_the_day_made_directly(days: list[Path], tmp_path: Path) -> None:
    World.create(tmp_path / "direct", 500, 11, START_DAY + timedelta(days=DAYS))
    assert everything(tmp_path / "direct") == everything(days[DAYS])


@pytest.mark.parametrize("step", range(1, DAYS + 1))
def test_a_day_brings_new_changed_deleted_merged_and_purged_records(days: list[Path], step: int) -> None:
    names = ("Account", "Lead", "Order", "Task")
    before, after = (
        {name: {row["Id"]: row for row in rows(day, name)} for name in names} for day in days[step - 1 : step + 1]
    )
    assert set(after["Account"]) - set(before["Account"])
    assert set(after["Order"]) - set(before["Order"])
    changed = [
        row for key, row in after["Account"].items() if key in before["Account"] and row != before["Account"][key]
    ]
    assert any(not row["IsDeleted"] for row in changed)
    merged = [row for row in changed if row["MasterRecordId"]]
    assert merged and all(row["IsDeleted"] and row["MasterRecordId"] in after["Account"] for row in merged)
    assert any(
        row["IsDeleted"] and not before["Lead"][key]["IsDeleted"]
        for key, row in after["Lead"].items()
        if key in before["Lead"]
    )
    purged = set(before["Task"]) - set(after["Task"])
    log = {row["id"]: row["deleted_date"].date() for row in rows(days[step], "_deleted") if row["object"] == "Task"}
    assert purged and all(log[key] == START_DAY + timedelta(days=step) for key in purged)
    ended = f"select count(*) as n from customers where deleted = 1 and updated >= '{START_DAY + timedelta(days=step)}'"
    assert legacy(days[step], ended)[0]["n"]


@pytest.mark.parametrize("step", range(1, DAYS + 1))
def test_whatever_changed_carries_a_stamp_of_that_day(days: list[Path], step: int) -> None:
    opens = datetime.combine(START_DAY + timedelta(days=step), datetime.min.time())
    for name in kept_objects():
        before = {row["Id"]: row for row in rows(days[step - 1], name)}
        for row in rows(days[step], name):
            stamp = row.get("SystemModstamp") or row["CreatedDate"]
            assert row["CreatedDate"] <= stamp < opens + timedelta(days=1)
            assert (stamp >= opens) == (before.get(row["Id"]) != row), (name, row)
    for table, key in (
        ("customers", "cust_no"),
        ("orders", "order_no"),
        ("activities", "id"),
        ("contracts", "contract_no"),
    ):
        old = {row[key]: row for row in legacy(days[step - 1], f"select * from {table}")}
        for row in legacy(days[step], f"select * from {table}"):
            assert (row["updated"] >= str(opens)) == (old.get(row[key]) != row), (table, row)


def test_every_reference_in_the_org_points_at_a_record(days: list[Path]) -> None:
    org = {name: rows(days[DAYS], name) for name in kept_objects()}
    ids = {row["Id"] for table in org.values() for row in table}
    gone = {row["id"] for row in rows(days[DAYS], "_deleted")}
    for name, sobject in kept_objects().items():
        for field in sobject.columns:
            if field.type == "reference" and set(field.referenceTo) & set(org):
                dangling = {row[field.name] for row in org[name]} - ids - gone - {None}
                assert not dangling, (name, field.name)


def test_ids_are_unique_and_carry_their_checksum(days: list[Path]) -> None:
    seen: set[str] = set()
    for name, sobject in kept_objects().items():
        for row in rows(days[0], name):
            key = row["Id"]
            chunks = (key[at : at + 5] for at in (0, 5, 10))
            bits = (sum(1 << place for place, letter in enumerate(chunk) if letter.isupper()) for chunk in chunks)
            assert re.fullmatch(r"[0-9A-Za-z]{15}", key[:15]) and key.startswith(sobject.key_prefix)
            assert key[15:] == "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[value] for value in bits)
            assert key not in seen
            seen.add(key)


def test_a_team_has_moved_to_another_manager_and_the_next_move_is_seen_on_its_day(days: list[Path]) -> None:
    before = {row["Id"]: row["ManagerId"] for row in rows(days[0], "User")}
    past = [row for row in truth(days[0], "managements") if row["to_date"] is not None]
    assert {row["to_date"] for row in past} == {START_DAY + timedelta(days=REORGANISATIONS[0][0])}
    assert all(before[row["user_record_id"]] != row["manager_user_record_id"] for row in past) and past
    now = {
        row["user_record_id"]: row["manager_user_record_id"]
        for row in truth(days[0], "managements")
        if not row["to_date"]
    }
    assert now == before
    assert 0 < REORGANISATIONS[1][0] < HORIZON_DAYS


def test_open_deals_change_hands_and_stay_with_their_last_owner_once_closed(days: list[Path]) -> None:
    before, after = ({row["Id"]: row for row in rows(day, "Opportunity")} for day in (days[0], days[DAYS]))
    for key, deal in before.items():
        if deal["IsClosed"]:
            assert after[key] == deal
    categories = {row["ForecastCategory"] for row in after.values() if not row["IsClosed"]}
    assert categories <= {"Pipeline", "BestCase", "MostLikely", "Forecast"}


def test_firms_belong_to_older_firms_on_up_to_three_levels_but_for_one_circle_of_two(days: list[Path]) -> None:
    accounts = {row["Id"]: row for row in rows(days[DAYS], "Account")}
    above = {key: row["ParentId"] for key, row in accounts.items() if row["ParentId"]}
    circle = {key for key, parent in above.items() if above.get(parent) == key}
    assert len(circle) == 2
    levels = set()
    for key in above.keys() - circle:
        level, at = 1, key
        while at in above:
            assert accounts[above[at]]["CreatedDate"] < accounts[at]["CreatedDate"]
            level, at = level + 1, above[at]
        levels.add(level)
    assert levels == {2, 3}


def test_merged_customers_orders_belong_to_the_survivor(days: list[Path]) -> None:
    merged = {row["Id"] for row in rows(days[DAYS], "Account") if row["MasterRecordId"]}
    assert merged and not merged & {row["AccountId"] for row in rows(days[DAYS], "Order")}
    lost = {row["cust_no"] for row in legacy(days[DAYS], "select cust_no from customers where deleted = 1")}
    assert lost and not lost & {row["cust_no"] for row in legacy(days[DAYS], "select cust_no from orders")}


def test_the_shops_export_is_written_as_a_european_spreadsheet_would(days: list[Path]) -> None:
    names = [path.name for path in sorted((days[DAYS] / "exports").iterdir())]
    assert names == [f"orders_{START_DAY + timedelta(days=step)}.csv" for step in range(DAYS + 1)]
    head = (days[0] / "exports" / names[0]).read_text(encoding="utf-8").splitlines()[0]
    assert head == (
        "order_number;line;order_date;status;customer_email;first_name;last_name;phone;street;postal_code;city;country;"
        "sku;quantity;unit_price;discount;currency;delivered_on;returned_on"
    )
    for line in export_lines(days[DAYS]).values():
        assert re.fullmatch(r"\d\d\.\d\d\.\d{4}", line["order_date"])
        assert re.fullmatch(r"\d+,\d\d", line["unit_price"]) and re.fullmatch(r"\d+,\d\d", line["discount"])
        assert line["status"] in {"placed", "fulfilled", "cancelled", "returned"} and "@" in line["customer_email"]


def test_the_legacy_database_speaks_its_own_dialect(days: list[Path]) -> None:
    customers = legacy(days[DAYS], "select * from customers")
    assert {row["kind"] for row in customers} == {"P", "C"}
    assert all(", " in row["name"] for row in customers if row["kind"] == "P")
    assert all(re.fullmatch(r"\d\d\.\d\d\.\d{4}", row["birthdate"]) for row in customers if row["birthdate"])
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row["updated"]) for row in customers)
    assert {row["status"] for row in legacy(days[DAYS], "select * from orders")} == {"P", "F", "C", "R"}
    clock = legacy(days[DAYS], "select value from settings where name = 'server_time'")
    assert clock == [{"value": f"{START_DAY + timedelta(days=DAYS + 1)} 02:00:00"}]


def test_most_customers_of_several_systems_can_be_found_again_but_not_all(days: list[Path]) -> None:
    of = defaultdict(set)
    for row in truth(days[DAYS], "record_map"):
        of[row["source_instance"], row["source_record_id"]].add(row["truth_customer_id"])
    keys: dict[tuple[str, str], set[str]] = defaultdict(set)

    def note(source: str, record: str, email: str | None, phone: str | None, name: str, *address: str | None) -> None:
        digits = re.sub(r"\D", "", phone or "").lstrip("0")
        for customer in of[source, record]:
            keys[customer, source] |= {key for key in (
                (email or "").lower(), digits[-8:] if len(digits) > 8 else "",
                f"{name}|{'|'.join(map(str, address))}".lower() if all(address) else "",
            ) if key}  # fmt: skip

    for row in rows(days[DAYS], "Account"):
        note(
            "salesforce",
            row["Id"],
            row["PersonEmail"],
            row["Phone"],
            row["Name"],
            row["BillingStreet"],
            row["BillingPostalCode"],
        )
    for row in rows(days[DAYS], "Contact"):
        note(
            "salesforce", row["Id"], row["Email"], row["Phone"] or row["MobilePhone"], row["Name"], row["MailingStreet"]
        )
    for row in legacy(days[DAYS], "select * from customers"):
        name = " ".join(reversed(row["name"].split(", ")))
        note("legacy_crm", row["cust_no"], row["email"], row["phone"], name, row["street"], row["zip"])
    for line in export_lines(days[DAYS]).values():
        name = f"{line['first_name']} {line['last_name']}"
        note(
            "order_export",
            line["customer_email"],
            line["customer_email"],
            line["phone"],
            name,
            line["street"],
            line["postal_code"],
        )
    pairs = [
        (mine, keys[customer, system])
        for (customer, source), mine in list(keys.items())
        for system in ("order_export", "salesforce")
        if source < system and (customer, system) in keys
    ]
    found = sum(bool(mine & other) for mine, other in pairs) / len(pairs)
    assert len(pairs) > 50 and 0.70 <= found <= 0.95


def test_an_interrupted_day_is_finished_when_the_world_is_opened(
    days: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(days[0], tmp_path / "cut")
    world, renamed, rename = World.open(tmp_path / "cut"), [], os.replace

    def replace(source: Path, target: Path) -> None:
        if len(renamed) == 3:
            raise KeyboardInterrupt
        renamed.append(target)
        rename(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        world.advance(1)
    monkeypatch.undo()
    again = World.open(tmp_path / "cut")
    assert again.today == START_DAY + timedelta(days=1)
    assert again.clock() == datetime(2026, 7, 2, 2)
    assert everything(tmp_path / "cut") == everything(days[1])


def test_a_making_that_was_cut_off_does_not_count_as_a_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not World.exists(tmp_path / "new")
    with monkeypatch.context() as patch:
        patch.setattr("sources.simulators.company.project.write_truth", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            World.create(tmp_path / "new", 100, 1)
    assert not World.exists(tmp_path / "new")
    World.open(tmp_path / "new")
    assert World.exists(tmp_path / "new")


def test_impossible_worlds_are_refused(days: list[Path], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 100"):
        World.create(tmp_path, 99, 1)
    with pytest.raises(ValueError, match="is outside"):
        World.create(tmp_path, 500, 1, START_DAY - timedelta(days=1))
    with pytest.raises(ValueError, match="is outside"):
        World.open(days[0]).advance(HORIZON_DAYS)
    with pytest.raises(ValueError, match="backwards"):
        World.open(days[0]).advance(-1)
