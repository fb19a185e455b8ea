"""The mapping file: what it takes, and how each kind of mistake in it is reported."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sources.errors import ConfigError
from sources.mapped.entities import entities
from sources.mapped.mapping import Mapping
from sources.mapped.mapping_file import load_mapping

GOOD = """\
connection:
  kind: postgres
  host: db.example.com
  database: crm
  user: ${DB_USER}
  password: ${DB_PASSWORD}
  time_zone: Europe/Berlin
clock: select now();
tables:
  people:
    key: id
    cursor: changed
    lag: 90s
    lookback: 1h
    deleted_when: state = 'gone'
    merged_into: survivor
    columns:
      born: {type: date, format: "%d.%m.%Y"}
    entities:
      contacts:
        when: kind = 'P'
        columns:
          last_name: name
          first_name: |
            trim(
              split_part(name, ',', 2)
            )
          birth_date: born
  sales:
    query: select * from sale
    key: [no, line]
    entities:
      order_lines:
        columns:
          line_number: line
          currency_code: "'EUR'"
      orders:
        key: no
        columns:
          order_status: {column: state, values: {01: placed, X: }}
"""


def load(tmp_path: Path, text: str) -> Mapping:
    path = tmp_path / "old.yaml"
    path.write_text(text, encoding="utf-8")
    return load_mapping(path)


def test_a_mapping_file_says_what_it_means(tmp_path: Path) -> None:
    mapping = load(tmp_path, GOOD)
    people, sales = mapping.tables
    assert (mapping.connection.kind, mapping.clock) == ("postgres", "select now()")
    assert (people.table, people.lag, people.lookback) == ("people", timedelta(seconds=90), timedelta(hours=1))
    assert people.columns["born"].format == "%d.%m.%Y"
    contacts = {column.name: column for column in people.entities[0].columns}
    assert contacts["last_name"].expression.column == "name"
    assert contacts["first_name"].expression.references == ("name",)
    assert [key.column for key in sales.key] == ["no", "line"]
    assert sales.entities[1].columns[0].values == {"01": "placed", "X": None}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: postgres", "kind: postgresql", r":2: unknown kind 'postgresql'; did you mean 'postgres'\?"),
        ("  host:", "  hots:", r":3: unknown option 'hots'; did you mean 'host'\?"),
        ("  database: crm\n", "", r":1: a postgres connection lacks 'database'"),
        ("${DB_PASSWORD}", "hunter2", r":6: 'password' is a secret and must not stand in the file"),
        ("Europe/Berlin", "Berlin", r":7: unknown time zone 'Berlin'"),
        ("    key: id\n", "", r":10: table 'people' lacks 'key'"),
        ("cursor:", "curser:", r":12: unknown option 'curser'; did you mean 'cursor'\?"),
        ("90s", "90", r":13: lag must be a duration such as 90s"),
        ("state = 'gone'", "state = = 'gone'", r":15: deleted_when is not a SQL expression: syntax error at or near"),
        ("type: date", "type: dait", r":18: unknown type 'dait'; did you mean 'date'\?"),
        ("type: date", "typ: date", r":18: unknown option 'typ'; did you mean 'type'\?"),
        ("      contacts:", "      contakts:", r":20: unknown entity 'contakts'; did you mean 'contacts'\?"),
        ("last_name: name", "lastname: name", r":23: unknown column of 'contacts' 'lastname'; did you mean 'last"),
        ("split_part(name, ',', 2)", "split_part(name, ',' 2)", r":26: first_name is not a SQL expression: synta"),
        ("split_part", "splitpart", r":24: first_name: Scalar Function with name splitpart does not exist"),
        ("split_part(name, ',', 2)", "(select 1)", r":24: first_name: a subquery cannot stand here"),
        ("split_part(name, ',', 2)", "max(name)", r":24: first_name: 'max' looks at more than one row"),
        ("split_part(name, ',', 2)", "people.name", r":24: first_name: write the column 'name' without a table"),
        ("column: state", "colum: state", r":\d+: unknown option 'colum'; did you mean 'column'\?"),
        ("query: select * from sale", "query: select 1\n    table: sale", r":30: table 'sales' has both 'table' and"),
        ("tables:", "tabels:", r":9: unknown option 'tabels'; did you mean 'tables'\?"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_with_its_line_and_the_nearest_valid_word(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert GOOD.count(old) >= 1
    with pytest.raises(ConfigError, match="old.yaml" + message):
        load(tmp_path, GOOD.replace(old, new, 1))


def test_two_tables_that_feed_one_entity_must_keep_their_ids_apart(tmp_path: Path) -> None:
    two = """\
connection: {kind: sqlite, path: old.sqlite}
tables:
  people: {key: id, entities: {contacts: {columns: {last_name: name}}}}
  leads: {key: id, entities: {contacts: {columns: {last_name: name}}}}
"""
    with pytest.raises(ConfigError, match=r"old\.yaml:4: tables 'people' and 'leads' both feed 'contacts'"):
        load(tmp_path, two)
    assert load(
        tmp_path,
        two.replace(
            "leads: {key: id, entities: {contacts: {", "leads: {key: id, entities: {contacts: {id_prefix: L-, "
        ),
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("kind: csvv", r":6: unknown kind 'csvv'; did you mean 'csv'\?"),
        ("kind: csv, delimeter: ';'", r":6: unknown option 'delimeter'; did you mean 'delimiter'\?"),
        ("kind: csv, encoding: klingon", r":6: unknown encoding 'klingon'"),
        ("kind: csv, decimal: ',', thousands: ','", r":6: 'decimal' and 'thousands' are the same character"),
        ("kind: excel, header_row: 0", r":6: header_row must be a whole number from 1"),
        ("kind: parquet, delimiter: ';'", r":6: unknown option 'delimiter'"),
    ],
)
def test_a_mistake_in_a_file_format_is_reported_with_its_line(tmp_path: Path, given: str, message: str) -> None:
    head = "connection: {kind: files, folder: drop}\ntables:\n  orders:\n    key: id\n    files: '*.csv'\n"
    text = f"{head}    format: {{{given}}}\n"
    with pytest.raises(ConfigError, match="old.yaml" + message):
        load(tmp_path, text)


def test_every_entity_has_its_own_columns_and_the_stamps() -> None:
    assert len(entities()) == 20
    for columns in entities().values():
        assert list(columns)[-2:] == ["created_at", "modified_at"]
    assert entities()["orders"]["order_amount"] == "decimal(18,2)"
