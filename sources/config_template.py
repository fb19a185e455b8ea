"""The commented crm_sources.yaml that ``crm-warehouse init`` writes. What its options mean is in ``config``."""

from __future__ import annotations

import json
from typing import Any

from sources.config import Option, variable_of
from sources.discovery import connector_types, options

_HEAD = """\
# The sources of the warehouse, read by every run. `crm-warehouse sources check` tries each of them.
# Secrets never stand here: write ${NAME} and set the environment variable NAME.

reporting:
  currency: EUR                  # every *_reporting_amount is in it
  time_zone: UTC                 # where the reporting day begins, e.g. Europe/Berlin
  fiscal_year_start_month: 1
  schedule: "0 2 * * *"          # of the nightly job: minute hour day month weekday, in time_zone
  # plan_rates: {USD: 1.10}      # rates of the plan: units for one of `currency`; shows what exchange rates did
  # as_of: 2026-01-31            # freezes the reporting day; normally left out

# One entry per source; several of one type are normal. The name becomes `_source` in the lake: keep it.
# Take the first `# ` off an entry's lines to switch it on: what it needs is then there, the rest stays a comment.
sources:
"""


def commented_template() -> str:
    """Return the file with an entry for every connector type, commented out, and every option of the type in it."""
    lines = []
    for kind in connector_types():
        offered = options(kind)
        lines += [f"  # my_{kind}:", f"  #   type: {kind}"]
        lines += [_line(kind, option, is_needed=_is_needed(option, offered)) for option in offered]
        lines.append("")
    return _HEAD + "\n".join(lines)


def _is_needed(option: Option, offered: tuple[Option, ...]) -> bool:
    """Say whether a source must give the option while all others have their defaults."""
    if option.required_if is None:
        return option.required
    other, value = option.required_if
    return any(each.name == other and each.default == value for each in offered)


def _line(kind: str, option: Option, *, is_needed: bool) -> str:
    """Return the option's line; one that is not needed is a comment also in an entry that is switched on."""
    value = variable_of(kind, option) if option.secret else _as_yaml(option.example or option.default)
    needs = f"required with {': '.join(option.required_if)}. " if option.required_if else ""
    if option.required:
        needs = f"required without {option.unless}. " if option.unless else "required. "
    words = f" ({' | '.join(option.choices)})" if option.choices else ""
    written = f"{'' if is_needed else '# '}{option.name}: {value}"
    return f"  #   {written.ljust(46)} # {needs}{option.help}{words}"


def _as_yaml(value: Any) -> str:
    """Return a default or example as a YAML flow value."""
    return "" if value is None else json.dumps(value, ensure_ascii=False)
