"""People in a CRM with a known truth: names, changes of life, slips of the finger, shared mailboxes, placeholders.

About 622 true persons stand behind a thousand records. Every value is a pure function of the seed and of the record's
and person's number: nights add and change records without touching the others. What was drawn is in ``sql/``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

PERSONS_PER_RECORD = 0.622
_LISTS = (
    "female", "male", "streets", "streets_german", "street_kinds", "street_kinds_german", "cities", "cities_german",
    "mail_domains", "firm_words", "firm_ends", "role_mailboxes", "placeholder_emails", "placeholder_phones",
    "placeholder_names", "placeholder_dates",
)  # fmt: skip
FIELDS = "first_name, last_name, birth_date, email, phone, street, city, postal_code, country"


@dataclass(frozen=True)
class People:
    """A synthetic CRM: how many records its first night has, and which people it is about.

    Attributes:
        records: records of the first night.
        seed: chooses the people and everything typed about them.
        shared: families share surnames, addresses, telephones and mailboxes, some records carry the mailbox of a
            firm or a clerk, some values are placeholders. Without it no two persons share a mailbox.
    """

    records: int
    seed: int = 1
    shared: bool = False

    @property
    def persons(self) -> int:
        """True persons behind the first night's records."""
        return round(self.records * PERSONS_PER_RECORD)

    def write(self, folder: Path, changed: float = 0.0) -> None:
        """Write ``records.parquet`` (record and its fields) and ``truth.parquet`` (record, person) into ``folder``.

        Args:
            folder: created when missing.
            changed: share of the records that are new or changed since the first night, half of each sort.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            self._draw(connection, changed)
            connection.execute(
                f"copy (select record, {FIELDS} from records order by record)"
                f" to '{folder / 'records.parquet'}' (format parquet)"
            )
            connection.execute(
                f"copy (select record, person from records order by record)"
                f" to '{folder / 'truth.parquet'}' (format parquet)"
            )

    def _draw(self, connection: duckdb.DuckDBPyConnection, changed: float) -> None:
        """Create the table ``records`` of the night."""
        words = _words()
        for name, entries in words.items():
            connection.execute(f"set variable {name} = ?::varchar[]", [entries])
        connection.execute("set variable seed = ?::bigint", [self.seed])
        connection.execute("set variable shared = ?::boolean", [self.shared])
        _run(connection, "macros")
        new = round(self.records * changed / 2)
        # the first records are about one person each, the later ones about one of those; of the new ones two in five
        # are about somebody new
        connection.execute(
            f"""
            create or replace table records_wanted as
            select
                range as record,
                case when range < {self.records} and u(range, 'changed') < {changed / 2} then 1 else 0 end as version,
                case
                    when range < {self.persons} then range
                    when range >= {self.records} and u(range, 'newcomer') < 0.4
                        then {self.persons} + range - {self.records}
                    else number(range, 'about', {self.persons})
                end as person,
            from range({self.records + new});
            create or replace table persons_wanted as
            select range as person from range({self.persons + new});
            """
        )
        _run(connection, "persons")
        _run(connection, "records")


def _run(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    connection.execute(files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8"))


def _words() -> dict[str, list[str]]:
    """Return the lists to draw from; rarer last names are made of beginnings and ends, in an order without meaning."""
    raw: dict[str, Any] = tomllib.loads(files(__package__).joinpath("vocabulary.toml").read_text(encoding="utf-8"))
    rare = [
        start + end
        for starts, ends in (raw["last_english"], raw["last_german"], raw["last_other"])
        for start in starts
        for end in ends
    ]
    rare.sort(key=lambda name: hash_text(name))
    last = list(dict.fromkeys([*raw["last"], *rare]))
    return {**{name: raw[name] for name in _LISTS}, "last": last}


def hash_text(text: str) -> int:
    """Return a number that depends on the text only, in every process."""
    import zlib

    return zlib.crc32(text.encode())
