"""Salesforce record ids: a key prefix, a base-62 counter and the three characters that make 15 letters case-safe."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sources.simulators.company.timing import Ints

_DIGITS = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype=np.uint8)
_CHECKS = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", dtype=np.uint8)
_POD = "5g00000"  # instance part between the prefix and the counter
_COUNTER = 5  # base-62 digits: 916 million records per object


def _check_character(chunk: str) -> int:
    """Return the checksum character of five characters: one bit per upper-case letter, first letter lowest."""
    return int(_CHECKS[sum(1 << place for place, letter in enumerate(chunk) if letter.isupper())])


def salesforce_ids(prefix: str, numbers: Ints) -> pa.StringArray:
    """Return the 18-character id of each counter in ``numbers``; a negative counter gives null.

    Args:
        prefix: the object's three-character key prefix.
        numbers: shape (n,), each below 62**5.
    """
    count = len(numbers)
    letters = np.empty((count, 18), dtype=np.uint8)
    head = (prefix + _POD).encode()
    letters[:, :10] = np.frombuffer(head, dtype=np.uint8)
    rest, bits = np.maximum(numbers, 0).astype(np.int64), np.zeros(count, dtype=np.int64)
    for place in range(_COUNTER - 1, -1, -1):
        rest, digit = np.divmod(rest, 62)
        letters[:, 10 + place] = _DIGITS[digit]
        bits |= ((digit >= 10) & (digit < 36)).astype(np.int64) << place
    letters[:, 15] = _check_character(prefix + _POD[:2])
    letters[:, 16] = _check_character(_POD[2:])
    letters[:, 17] = _CHECKS[bits]
    offsets = np.arange(0, 18 * (count + 1), 18, dtype=np.int32)
    present = np.packbits(numbers >= 0, bitorder="little")
    return pa.StringArray.from_buffers(
        count, pa.py_buffer(offsets), pa.py_buffer(letters), pa.py_buffer(present), int((numbers < 0).sum())
    )
