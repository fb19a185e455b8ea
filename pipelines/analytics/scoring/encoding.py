"""A table of features as a matrix: numbers as they are, a text as one column per frequent word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

# a word that fewer rows have is none of its own: it would be learnt by heart
_RARE_ROWS = 20
_MOST_WORDS = 25


@dataclass(frozen=True)
class Encoding:
    """How features become columns of a matrix.

    Attributes:
        features: feature -> its words, most frequent first; none for a number.
        typical: the row of a customer who is the median in every number and the most frequent in every word.
    """

    features: dict[str, tuple[str, ...]]
    typical: tuple[float, ...]

    @property
    def columns(self) -> dict[str, slice]:
        """Return feature -> its columns of the matrix."""
        found, at = {}, 0
        for name, words in self.features.items():
            found[name] = slice(at, at + max(len(words), 1))
            at += max(len(words), 1)
        return found

    def matrix(self, table: pd.DataFrame) -> Floats:
        """Return (rows, columns) in column order; an unknown number is NaN, an unknown word 0 everywhere."""
        columns = []
        for name, words in self.features.items():
            if words:
                values = table[name].to_numpy(dtype=object)
                columns += [(values == word).astype(np.float64) for word in words]
            else:
                columns.append(table[name].to_numpy(dtype=np.float64, na_value=np.nan))
        return np.asfortranarray(np.column_stack(columns))

    def to_json(self) -> dict[str, Any]:
        """Return what ``from_json`` reads."""
        return {
            "features": {name: list(words) for name, words in self.features.items()},
            "typical": list(self.typical),
        }

    @staticmethod
    def from_json(kept: dict[str, Any]) -> Encoding:
        """Return the encoding that ``to_json`` told."""
        features = {name: tuple(words) for name, words in kept["features"].items()}
        return Encoding(features, tuple(kept["typical"]))


def encoding_of(table: pd.DataFrame) -> Encoding:
    """Return the encoding of the columns of ``table`` that say something: a known number, or a frequent word."""
    features: dict[str, tuple[str, ...]] = {}
    typical: list[float] = []
    for name in table.columns:
        if table[name].dtype == object:
            words = _words(table[name].to_numpy(dtype=object))
            if words:
                features[str(name)] = words
                typical += [1.0] + [0.0] * (len(words) - 1)
        else:
            values = table[name].to_numpy(dtype=np.float64, na_value=np.nan)
            known = values[~np.isnan(values)]
            if len(known):
                features[str(name)] = ()
                typical.append(float(np.median(known)))
    return Encoding(features, tuple(typical))


def _words(values: NDArray[Any]) -> tuple[str, ...]:
    """Return the frequent words, most frequent first, then by spelling."""
    words, counts = np.unique(np.array([v for v in values if isinstance(v, str)], dtype=str), return_counts=True)
    ordered = sorted(zip(-counts, words, strict=True))
    return tuple(str(word) for count, word in ordered[:_MOST_WORDS] if -count >= _RARE_ROWS)
