"""YAML documents whose every value knows its file and line, for messages a person can act on.

What the values mean belongs to the modules that read them (``config``, ``mapped.mapping``).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sources.errors import ConfigError

_TAG = "tag:yaml.org,2002:"
_WORDS = {"null": "nothing", "bool": "true or false", "int": "a whole number", "float": "a number"}


def nearest(word: str, valid: Iterable[str]) -> str:
    """Return the end of a message about an unknown word: the nearest valid one, or all of them."""
    words = sorted(valid)
    by_folded = {each.lower(): each for each in words}
    close = difflib.get_close_matches(word.lower(), by_folded, n=1, cutoff=0.6)
    if close:
        return f"; did you mean '{by_folded[close[0]]}'?"
    return f"; valid: {', '.join(words)}" if words else ""


@dataclass(frozen=True)
class YamlNode:
    """One value of a YAML document: a mapping, a sequence or a scalar, with the line it starts on.

    Attributes:
        path: the file.
        line: the line of the value's key where it has one, else of the value; starts at 1.
        value: ``dict[str, YamlNode]``, ``list[YamlNode]`` or a scalar (str, int, float, bool, date, None).
        raw: the scalar as written, so that ``01`` stays ``01``; empty for the others.
        text_line: the line of the first character of the value's text; differs from ``line`` in block scalars.
    """

    path: Path
    line: int
    value: Any
    raw: str = ""
    text_line: int = 0

    def error(self, message: str) -> ConfigError:
        """Return the error to raise about this value."""
        return ConfigError(self.path, self.line, message)

    def mapping(self, what: str) -> dict[str, YamlNode]:
        """Return the keys and values, or raise ConfigError saying that ``what`` must be a mapping."""
        if not isinstance(self.value, dict):
            raise self.error(f"{what} must be a mapping of names to values, not {self._described()}")
        return self.value

    def sequence(self, what: str) -> list[YamlNode]:
        """Return the items, or raise ConfigError saying that ``what`` must be a list."""
        if not isinstance(self.value, list):
            raise self.error(f"{what} must be a list, not {self._described()}")
        return self.value

    def text(self, what: str) -> str:
        """Return a non-empty scalar as it is written, or raise ConfigError."""
        if isinstance(self.value, dict | list) or self.value is None or not self.raw.strip():
            raise self.error(f"{what} must be a text, not {self._described()}")
        return self.raw

    def integer(self, what: str, low: int, high: int) -> int:
        """Return a whole number between ``low`` and ``high`` inclusive, or raise ConfigError."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or not low <= self.value <= high:
            raise self.error(f"{what} must be a whole number from {low} to {high}, not {self._described()}")
        return self.value

    def boolean(self, what: str) -> bool:
        """Return true or false, or raise ConfigError."""
        if not isinstance(self.value, bool):
            raise self.error(f"{what} must be true or false, not {self._described()}")
        return self.value

    def choice(self, what: str, valid: Iterable[str]) -> str:
        """Return one of the ``valid`` words, or raise ConfigError with the nearest one."""
        word, words = self.text(what), tuple(valid)
        if word not in words:
            raise self.error(f"unknown {what} '{word}'{nearest(word, words)}")
        return word

    def check_keys(
        self, what: str, kind: str, valid: Iterable[str], required: Iterable[str] = ()
    ) -> dict[str, YamlNode]:
        """Return the mapping after refusing unknown and missing keys; ``kind`` names what a key is (``option``)."""
        entries, words = self.mapping(what), tuple(valid)
        for key, node in entries.items():
            if key not in words:
                raise node.error(f"unknown {kind} '{key}'{nearest(key, words)}")
        for key in required:
            if key not in entries:
                raise self.error(f"{what} lacks '{key}'")
        return entries

    def plain(self) -> Any:
        """Return the value as ordinary Python dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def _described(self) -> str:
        if isinstance(self.value, dict):
            return "a mapping"
        if isinstance(self.value, list):
            return "a list"
        return f"'{self.raw}'" if self.raw else "nothing"


def load_yaml(path: Path) -> YamlNode:
    """Read a YAML 1.2 file; an empty one is an empty mapping.

    Raises ConfigError for a missing or unreadable file, for bad YAML and for a key given twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(path, None, f"is not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise ConfigError(path, None, f"cannot be read: {error.strerror}") from None
    try:
        root = YAML(typ="rt").compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ConfigError(path, line, f"is not valid YAML: {error.problem or error.context}") from None
    except YAMLError as error:
        raise ConfigError(path, None, f"is not valid YAML: {error}") from None
    if root is None:
        return YamlNode(path, 1, {})
    return _convert(path, root, root.start_mark.line + 1)


def _convert(path: Path, node: Node, line: int) -> YamlNode:
    """Return a composed YAML node as a YamlNode that reports ``line``."""
    if isinstance(node, MappingNode):
        return YamlNode(path, line, _entries(path, node))
    if isinstance(node, SequenceNode):
        return YamlNode(path, line, [_convert(path, item, item.start_mark.line + 1) for item in node.value])
    assert isinstance(node, ScalarNode)
    first = node.start_mark.line + (2 if node.style in ("|", ">") else 1)
    return YamlNode(path, line, _scalar(path, node), str(node.value), first)


def _entries(path: Path, node: MappingNode) -> dict[str, YamlNode]:
    entries: dict[str, YamlNode] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            raise ConfigError(path, line, "a name must be a text, not a list or mapping")
        if key.value in entries:
            raise ConfigError(path, line, f"'{key.value}' is given twice (first on line {entries[key.value].line})")
        entries[str(key.value)] = _convert(path, value, line)
    return entries


def _scalar(path: Path, node: ScalarNode) -> Any:
    """Return a scalar as the Python value that its YAML 1.2 tag says."""
    kind, text = str(node.tag).removeprefix(_TAG), str(node.value)
    try:
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind == "int":
            return int(text.replace("_", ""), 0) if text[:2].lower() in ("0x", "0o") else int(text.replace("_", ""))
        if kind == "float":
            return float(text.replace("_", ""))
        if kind == "timestamp" and len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        expected = _WORDS.get(kind, "a date")
        raise ConfigError(path, node.start_mark.line + 1, f"'{text}' is not {expected}") from None
    return text
