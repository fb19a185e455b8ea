"""Salesforce ids: 15 characters where case matters, 18 where it is encoded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.salesforce.ids import long_id

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@pytest.mark.parametrize(
    ("short", "long"),
    # the first pair is the one that most explanations of the checksum show; the others are worked out by hand
    [
        ("001D000000IqhSL", "001D000000IqhSLIAZ"),
        ("0035000000xOtP9", "0035000000xOtP9AAK"),
        ("000000000000000", "000000000000000AAA"),
        ("AAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAA555"),
    ],
)
def test_the_checksum_is_salesforces(short: str, long: str) -> None:
    assert long_id(short) == long
    assert long_id(long) == long


@given(st.text(ALPHABET, min_size=15, max_size=15))
def test_an_id_whose_case_was_lost_gets_it_back_from_its_checksum(short: str) -> None:
    assert long_id(long_id(short).lower()) == long_id(long_id(short).upper()) == long_id(short)
    assert long_id(short)[:15] == short


@pytest.mark.parametrize(
    "wrong", ["", "001", "001D000000IqhS", "001D000000IqhSL-", "001D000000IqhSLI", "A" * 15 + "999"]
)
def test_what_is_no_id_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="no Salesforce id"):
        long_id(wrong)
