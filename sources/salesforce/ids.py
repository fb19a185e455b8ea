"""Salesforce record ids: 15 characters where case matters, or 18 with a checksum of that case."""

from __future__ import annotations

import re

_ID = re.compile(r"[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?")
CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def long_id(record_id: str) -> str:
    """Return the 18-character form of a 15- or 18-character id.

    Each of the last three characters encodes which of five others are upper case. An 18-character id whose case was
    lost (some databases and spreadsheets fold it) gets it back. Raises ValueError for anything that is no id.
    """
    if not _ID.fullmatch(record_id):
        raise ValueError(f"'{record_id}' is no Salesforce id: 15 or 18 letters and digits")
    body, checksum = record_id[:15], record_id[15:].upper()
    if checksum:
        body = _with_case(body, checksum)
    return body + "".join(_checksum(body[start : start + 5]) for start in (0, 5, 10))


def _checksum(five: str) -> str:
    return CHECKSUM[sum(1 << place for place, letter in enumerate(five) if letter.isupper())]


def _with_case(body: str, checksum: str) -> str:
    """Return 15 characters in the case that their checksum says."""
    bits = 0
    for position, letter in enumerate(checksum):
        if letter not in CHECKSUM:
            raise ValueError(f"'{body}{checksum}' is no Salesforce id: '{letter}' cannot stand in its checksum")
        bits |= CHECKSUM.index(letter) << (5 * position)
    return "".join(c.upper() if bits >> place & 1 else c.lower() for place, c in enumerate(body))
