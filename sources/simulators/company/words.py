"""The vocabulary of the company, read from ``vocabulary.toml``: names, places, products."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from sources.simulators.company.timing import Ints

# how many customers live where: most in the home market
_COUNTRY_SHARES = {"DE": 0.56, "AT": 0.10, "CH": 0.08, "NL": 0.05, "FR": 0.06, "GB": 0.07, "US": 0.06, "SE": 0.02}


@dataclass(frozen=True)
class Words:
    """Lists to draw from by position; ``country`` and ``currency`` are aligned with ``cities``."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    last: tuple[str, ...]
    stems: tuple[str, ...]
    branches: tuple[str, ...]
    forms: tuple[str, ...]
    sources: tuple[str, ...]
    families: tuple[str, ...]
    cities: tuple[tuple[str, ...], ...]
    country: NDArray[np.str_]
    currency: NDArray[np.str_]
    raw: dict[str, Any]

    def draw_cities(self, rng: np.random.Generator, n: int) -> Ints:
        """Return ``n`` positions in ``cities``, by the countries' shares."""
        weights = np.array([_COUNTRY_SHARES[c] / (self.country == c).sum() for c in self.country])
        return rng.choice(len(self.cities), n, p=weights / weights.sum())

    def load(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create one table ``words_<list>`` per list: each word, its position ``at`` and its ``slug``."""
        people, firms, sales = self.raw["people"], self.raw["organizations"], self.raw["sales"]
        city = ("name", "country", "currency", "zip", "zip_length", "area", "dial")
        lists: dict[str, dict[str, list[str]]] = {
            **{f"words_{sex}": _columns(("name", "nick"), ":", people[sex]) for sex in ("female", "male")},
            "words_last": {"name": people["last"]},
            "words_stem": {"name": firms["stems"]},
            "words_form": {"name": firms["forms"]},
            "words_title": {"name": people["titles"]},
            "words_branch": {"name": firms["branches"], "industry": firms["industries"]},
            "words_mail": {"name": people["mail_domains"]},
            "words_source": {"name": sales["sources"]},
            "words_family": {"name": sales["families"]},
            "words_goods": {"name": sales["goods"]},
            "words_make": {"name": sales["makes"]},
            "words_city": _columns(city, "|", self.raw["places"]["cities"]),
            "words_street": {"name": self.raw["places"]["streets"]},
        }
        for table, columns in lists.items():
            names = ", ".join(f"unnest(?::varchar[]) as {name}" for name in columns)
            connection.execute(
                f"create or replace table {table} as select *, mail_local(name) as slug"
                f" from (select unnest(range(?)) as at, {names})",
                [len(next(iter(columns.values()))), *columns.values()],
            )


def _columns(names: tuple[str, ...], separator: str, entries: list[str]) -> dict[str, list[str]]:
    """Split each entry into its parts and return them by name."""
    parts = zip(*(entry.split(separator) for entry in entries), strict=True)
    return dict(zip(names, (list(part) for part in parts), strict=True))


@cache
def load_words() -> Words:
    """Read the vocabulary."""
    raw = tomllib.loads(files(__package__).joinpath("vocabulary.toml").read_text(encoding="utf-8"))
    cities = tuple(tuple(line.split("|")) for line in raw["places"]["cities"])
    return Words(
        female=tuple(raw["people"]["female"]),
        male=tuple(raw["people"]["male"]),
        last=tuple(raw["people"]["last"]),
        stems=tuple(raw["organizations"]["stems"]),
        branches=tuple(raw["organizations"]["branches"]),
        forms=tuple(raw["organizations"]["forms"]),
        sources=tuple(raw["sales"]["sources"]),
        families=tuple(raw["sales"]["families"]),
        cities=cities,
        country=np.array([c[1] for c in cities]),
        currency=np.array([c[2] for c in cities]),
        raw=raw,
    )
