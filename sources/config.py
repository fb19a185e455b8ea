"""``crm_sources.yaml`` as typed configuration: reporting settings and the configured sources.

Loading needs no credentials and no network: a ``${NAME}`` stays unread until ``reveal()``. How a source is
read belongs to its connector; what a mapping file means belongs to ``sources.mapped``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sources.errors import ConfigError
from sources.yaml_lines import YamlNode, load_yaml, nearest

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_CRON_FIELD = re.compile(r"[0-9A-Za-z*/,\-]+")


@dataclass(frozen=True)
class Option:
    """One option of a connector type.

    Attributes:
        name: as written in crm_sources.yaml.
        help: one sentence for the commented template and error messages.
        required: whether a source must give it.
        required_if: ``(other option, value)`` that makes it required, e.g. ``("auth", "jwt")``.
        unless: another option; a source that gives it need not give this one.
        secret: whether it may only be given as ``${NAME}``.
        default: the value when it is not given.
        type: str, int, bool, float, list or dict; a ``${NAME}`` is accepted for every scalar type.
        choices: the words allowed; empty allows any.
        example: the value shown in the template; the default otherwise.
    """

    name: str
    help: str
    required: bool = False
    required_if: tuple[str, str] | None = None
    unless: str | None = None
    secret: bool = False
    default: Any = None
    type: type = str
    choices: tuple[str, ...] = ()
    example: Any = None


@dataclass(frozen=True)
class Secret:
    """A text with ``${NAME}`` in it. Its value is read from the environment by ``reveal`` only, and never shown."""

    template: str
    path: Path
    line: int | None = None

    def reveal(self) -> str:
        """Return the text with every ``${NAME}`` replaced; raises ConfigError naming a variable that is not set."""
        return _VARIABLE.sub(self._value_of, self.template)

    def _value_of(self, match: re.Match[str]) -> str:
        name = match.group(1)
        if not os.environ.get(name):
            message = f"the environment variable {name} is not set. Set it, e.g. `export {name}=…`, and run again."
            raise ConfigError(self.path, self.line, message)
        return os.environ[name]

    def __str__(self) -> str:
        return self.template


@dataclass(frozen=True)
class SourceConfig:
    """One configured source.

    Attributes:
        name: the instance, e.g. ``salesforce_emea``; becomes ``_source`` in the lake.
        type: the connector type.
        options: every option of the type, defaults filled in; a value with ``${NAME}`` is a Secret.
        path: the configuration file.
        line: the source's line in it, or None.
        lines: the line of each option given.
    """

    name: str
    type: str
    options: Mapping[str, Any]
    path: Path = Path("crm_sources.yaml")
    line: int | None = None
    lines: Mapping[str, int] = field(default_factory=dict)

    def text(self, option: str) -> str | None:
        """Return an option as text with secrets revealed, or None when it is not given."""
        value = self.options.get(option)
        if value is None:
            return None
        return value.reveal() if isinstance(value, Secret) else str(value)

    def number(self, option: str) -> float:
        """Return a numeric option; raises ConfigError where ``${NAME}`` stands for a text that is none."""
        text = str(self.text(option))
        try:
            return float(text)
        except ValueError:
            raise self.error(option, f"'{option}' must be a number, not '{text}'") from None

    def word(self, option: Option) -> str:
        """Return an option that takes certain words; raises ConfigError where ``${NAME}`` stands for another one."""
        text = str(self.text(option.name))
        if text not in option.choices:
            words = ", ".join(option.choices)
            raise self.error(option.name, f"'{option.name}' must be one of {words}; {self.options[option.name]} is not")
        return text

    def file(self, option: str) -> Path:
        """Return an option that is a path; a relative one starts at the configuration file's folder."""
        value = self.text(option)
        if value is None:
            raise self.error(option, f"source '{self.name}' lacks '{option}'")
        return (self.path.parent / Path(value).expanduser()).resolve()

    def error(self, option: str, message: str) -> ConfigError:
        """Return the error to raise about an option, with its line."""
        return ConfigError(self.path, self.lines.get(option, self.line), message)


@dataclass(frozen=True)
class Reporting:
    """The reporting settings: one currency, one day boundary, one fiscal year for every mart.

    ``schedule`` is a five-field cron expression in ``time_zone``; ``as_of`` None means the last complete day.
    ``plan_rates`` are the exchange rates that the plan was made with: units of a currency for one of ``currency``.
    """

    currency: str = "EUR"
    time_zone: str = "UTC"
    fiscal_year_start_month: int = 1
    schedule: str = "0 2 * * *"
    as_of: date | None = None
    plan_rates: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class WarehouseConfig:
    """The whole of crm_sources.yaml."""

    path: Path
    reporting: Reporting
    sources: tuple[SourceConfig, ...]

    @property
    def instances(self) -> list[tuple[str, str]]:
        """The type and the name of each source."""
        return [(source.type, source.name) for source in self.sources]


def load_config(path: Path) -> WarehouseConfig:
    """Read and validate crm_sources.yaml.

    Raises ConfigError, ``file:line: what is wrong``, with the nearest valid word for an unknown one.
    """
    root = load_yaml(Path(path))
    entries = root.check_keys("the configuration", "section", ("reporting", "sources"))
    reporting = _reporting(entries["reporting"]) if "reporting" in entries else Reporting()
    sources = entries.get("sources")
    listed = sources.mapping("sources") if sources and sources.value is not None else {}
    return WarehouseConfig(Path(path), reporting, tuple(_source(name, node) for name, node in listed.items()))


def _reporting(node: YamlNode) -> Reporting:
    given = node.check_keys("reporting", "option", Reporting.__dataclass_fields__)
    values: dict[str, Any] = {}
    if each := given.get("currency"):
        values["currency"] = each.text("currency")
        if not re.fullmatch(r"[A-Z]{3}", values["currency"]):
            raise each.error(f"currency must be an ISO 4217 code such as EUR, not '{each.raw}'")
    if each := given.get("time_zone"):
        values["time_zone"] = _time_zone(each)
    if each := given.get("fiscal_year_start_month"):
        values["fiscal_year_start_month"] = each.integer("fiscal_year_start_month", 1, 12)
    if each := given.get("schedule"):
        values["schedule"] = each.text("schedule")
        fields = values["schedule"].split()
        if len(fields) != 5 or not all(_CRON_FIELD.fullmatch(part) for part in fields):
            raise each.error(f"schedule must be a five-field cron expression such as '0 2 * * *', not '{each.raw}'")
    if (each := given.get("as_of")) and each.value is not None:
        if not isinstance(each.value, date):
            raise each.error(f"as_of must be a date such as 2026-01-31, not '{each.raw}'")
        values["as_of"] = each.value
    if (each := given.get("plan_rates")) and each.value is not None:
        rates = each.mapping("plan_rates")
        values["plan_rates"] = {code: _plan_rate(code, rate) for code, rate in rates.items()}
    return Reporting(**values)


def _plan_rate(code: str, node: YamlNode) -> Decimal:
    """Return a plan rate to eight places, as exchange rates have them."""
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise node.error(f"plan_rates must name ISO 4217 codes such as USD, not '{code}'")
    try:
        rate = Decimal(node.raw)
        fits = 0 < rate < 10**10 and rate == round(rate, 8)
    except InvalidOperation:
        fits = False
    if not fits:
        raise node.error(f"the plan rate of {code} must be a positive number of at most 8 places, not '{node.raw}'")
    return rate


def _time_zone(node: YamlNode) -> str:
    from zoneinfo import available_timezones

    name = node.text("time_zone")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise node.error(f"unknown time zone '{name}'{nearest(name, available_timezones())}") from None
    return name


def _source(name: str, node: YamlNode) -> SourceConfig:
    from sources.discovery import connector_types, options

    if not _NAME.fullmatch(name):
        raise node.error(f"source name '{name}' must be lower-case words joined with single underscores")
    given = node.mapping(f"source '{name}'")
    if "type" not in given:
        raise node.error(f"source '{name}' lacks 'type'; valid: {', '.join(connector_types())}")
    kind = given["type"].choice("type", connector_types())
    spec = {option.name: option for option in options(kind)}
    node.check_keys(f"source '{name}'", "option", ("type", *spec))
    values = {option.name: option.default for option in spec.values()}
    values |= {key: _value(kind, spec[key], each) for key, each in given.items() if key != "type"}
    for option in spec.values():
        needed = option.required or (option.required_if and values.get(option.required_if[0]) == option.required_if[1])
        is_spared = option.unless is not None and values.get(option.unless) is not None
        if needed and not is_spared and values[option.name] is None:
            because = f" with {option.required_if[0]}: {option.required_if[1]}" if option.required_if else ""
            raise node.error(f"source '{name}' of type {kind}{because} lacks '{option.name}' ({option.help})")
    lines = {key: each.line for key, each in given.items()}
    return SourceConfig(name, kind, values, node.path, node.line, lines)


def _value(kind: str, option: Option, node: YamlNode) -> Any:
    """Return an option's value: a Secret when it holds ``${NAME}``, else a value of the option's type."""
    if node.value is None:
        return option.default
    if isinstance(node.value, str) and _VARIABLE.search(node.raw):
        return Secret(node.raw, node.path, node.line)
    if option.secret:
        advice = f"write {variable_of(kind, option)} and set that environment variable"
        raise node.error(f"'{option.name}' is a secret and must not stand in the file; {advice}")
    if option.choices:
        return node.choice(option.name, option.choices)
    if option.type is str:
        return _checked_url(node, node.text(option.name))
    accepted = (int, float) if option.type is float else (option.type,)
    value = node.plain()
    if not isinstance(value, accepted) or (isinstance(value, bool) and option.type is not bool):
        raise node.error(f"'{option.name}' must be of type {option.type.__name__}, not '{node.raw or value}'")
    return value


def _checked_url(node: YamlNode, text: str) -> str:
    """Return the text; a plain-http URL is refused unless it stays on this machine, since it carries credentials."""
    if text.lower().startswith("http://") and urlsplit(text).hostname not in ("127.0.0.1", "localhost", "::1"):
        raise node.error(f"'{text}' would send credentials unencrypted; use https://")
    return text


def variable_of(kind: str, option: Option) -> str:
    """Return how a secret of a source type is best written, e.g. ``"${ZOHO_CLIENT_SECRET}"``."""
    return f'"${{{kind}_{option.name}}}"'.upper()
