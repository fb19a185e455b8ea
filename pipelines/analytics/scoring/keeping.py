"""Which model a night uses: the one it has, or a new one when that is a month old and the new one is no worse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pipelines.analytics.runs import ModelStore, StoredModel

# trained again by the first night that is so many days later
RETRAINED_AFTER_DAYS = 30
# a new model whose Brier score on the test window is higher by more than this share does not replace the last one
WORSE = 0.02


@dataclass(frozen=True)
class Kept:
    """The model to use, or none, and what was decided, in words."""

    model: StoredModel | None
    decision: str


def current(
    models: ModelStore,
    name: str,
    as_of: date,
    train: Callable[[], StoredModel],
    brier: Callable[[StoredModel], float | None],
) -> Kept:
    """Return the model of ``name`` to use on ``as_of``, training and saving a new one when it is due.

    ``brier`` judges a model on the latest window whose outcome is known; None: it cannot be used any more (other
    features than today's). ``train`` raises TooThin when there is too little, and anything when it fails: then the
    last good model stays.
    """
    last = models.load(name)
    # what was trained on days after `as_of` knows what this run must not
    if last is not None and (last.trained_as_of > as_of or brier(last) is None):
        last = None
    if last is not None and (as_of - last.trained_as_of).days < RETRAINED_AFTER_DAYS:
        return Kept(last, f"the model of {last.trained_as_of} is used")
    try:
        new = train()
    except Exception as error:
        # thin data, no convergence, a library's refusal: whatever it is, it does not stop a night
        why = str(error) if isinstance(error, TooThin) else f"{type(error).__name__}: {error}"
        stays = f"the model of {last.trained_as_of} stays" if last else "there is none"
        return Kept(last, f"no new model ({why}): {stays}")
    before, after = (brier(last) if last else None), brier(new)
    if last is not None and before is not None and (after is None or after > before * (1 + WORSE)):
        return Kept(
            last, f"the new model is worse (Brier {after} against {before}): the one of {last.trained_as_of} stays"
        )
    models.save(name, new)
    return Kept(new, f"a new model of {as_of}")


class TooThin(Exception):
    """There is too little to train a model or to judge it; the text says what is missing."""
