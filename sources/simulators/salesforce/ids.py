"""Salesforce record ids: 15 characters that differ by case, and the 18-character form with its checksum."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def long_id(record_id: str) -> str:
    """Return the 18-character form of a 15-character id; anything else comes back as it is.

    Each of the three last characters encodes which of five characters are upper case.
    """
    if len(record_id) != 15:
        return record_id
    blocks = (record_id[start : start + 5] for start in (0, 5, 10))
    return record_id + "".join(
        CHECK[sum(1 << position for position, character in enumerate(block) if "A" <= character <= "Z")]
        for block in blocks
    )


def record_id(key_prefix: str, number: int) -> str:
    """Return the ``number``-th 18-character id of an object."""
    digits = ""
    while number:
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return long_id(f"{key_prefix}5g{digits:0>10}")
