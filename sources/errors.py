"""The errors a source can raise. Each says what happened, what was kept and what to do next.

No error here ever carries a secret: connectors redact before they raise.
"""

from __future__ import annotations


class CrmWarehouseError(Exception):
    """A failure that the person running the warehouse can act on; its text is shown without a stack trace."""


class ConfigError(CrmWarehouseError):
    """A configuration or mapping file is wrong.

    The text reads ``<file>:<line>: <what is wrong>. <nearest valid word or the remedy>``.
    """

    def __init__(self, path: object, line: int | None, message: str) -> None:
        self.path, self.line = str(path), line
        super().__init__(f"{path}:{line}: {message}" if line else f"{path}: {message}")


class SourceError(CrmWarehouseError):
    """A source could not be read. Nothing of the failed window was committed; earlier windows stay.

    Args:
        source: configured instance, e.g. ``salesforce_emea``.
        object_name: the source's own object or table name, or None when the whole source failed.
        message: what happened, in the source's own words where it gave some.
        remedy: what to do next; a message that ends like no sentence gets a full stop before it.
    """

    def __init__(self, source: str, object_name: str | None, message: str, remedy: str = "") -> None:
        self.source, self.object_name, self.remedy = source, object_name, remedy
        where = f"{source}.{object_name}" if object_name else source
        text = _writable(message)
        super().__init__(f"{where}: {_sentence(text)} {remedy}" if remedy else f"{where}: {text}")


def _writable(message: str) -> str:
    """Return what a source said as a terminal and the ledger take it: NUL and half a character spelt out."""
    return message.encode(errors="backslashreplace").decode().replace("\0", "\\x00")


def _sentence(message: str) -> str:
    """Return what a source said with the full stop that it may lack."""
    ends = message.rstrip("\"')]} \n").endswith((".", "!", "?", ":", ";", "…"))
    return message if ends or not message else f"{message}."


class TransientSourceError(SourceError):
    """A source failure worth trying again later: time-outs, 5xx, dropped connections."""


class QuotaExhausted(SourceError):
    """The source refuses more requests for the day. What was committed is kept; the next run continues."""
