"""The themes that move a probability most, row by row, as columns that SQL puts into words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.analytics.scoring.encoding import Floats

if TYPE_CHECKING:
    import pandas as pd

# themes told of a row; one that moves the odds by less than a twentieth is not worth a word
TOLD = 3
_WORTH_TELLING = 0.05


def add_drivers(table: pd.DataFrame, contributions: Floats, themes: list[str]) -> pd.DataFrame:
    """Return the table with `driver_<n>` (theme or NULL) and `driver_<n>_raises`, the strongest first.

    ``contributions`` is (rows, themes) in log-odds; equal ones are told in the order of the themes.
    """
    size = np.abs(contributions)
    order = np.argsort(-size, axis=1, kind="stable")[:, :TOLD]
    names, nothing = np.array(themes, dtype=object), np.array(None, dtype=object)
    added: dict[str, Any] = {}
    for at in range(min(TOLD, len(themes))):
        rows, columns = np.arange(len(table)), order[:, at]
        told = size[rows, columns] >= _WORTH_TELLING
        added[f"driver_{at + 1}"] = np.where(told, names[columns], nothing)
        added[f"driver_{at + 1}_raises"] = contributions[rows, columns] > 0
    return table.assign(**added)


def in_words(words: Mapping[str, str], raises: str, lowers: str) -> str:
    """Return the SQL expression that tells a row's drivers: theme -> SQL expression of what is the case.

    ``raises`` and ``lowers`` open the two halves; a theme whose expression is NULL is left out.
    """
    told = [
        f"case driver_{at} " + " ".join(f"when '{theme}' then {text}" for theme, text in words.items()) + " end"
        for at in range(1, TOLD + 1)
    ]

    def half(opening: str, sign: str) -> str:
        parts = ", ".join(f"case when {sign} driver_{at}_raises then {text} end" for at, text in enumerate(told, 1))
        return f"'{opening}: ' || nullif(concat_ws('; ', {parts}), '') || '.'"

    return f"nullif(concat_ws(' ', {half(raises, '')}, {half(lowers, 'not')}), '')"


def counted(number: str, one: str, many: str | None = None) -> str:
    """Return the SQL expression of a number with its noun in the right form."""
    return f"({number}) || case when ({number}) = 1 then ' {one}' else ' {many or one + 's'}' end"
