"""Answers that are well-formed and strange: what an account holds or says that nobody planned for."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

from sources.lake import Lake
from sources.simulators.http import Request
from tests.integration.hubspot.account import Account, current, succeeded

LIVING = ("upsert", None, None)


def _rewrite(account: Account, change: Callable[[Request, bytes], bytes]) -> None:
    """Let ``change`` return what the body of each answer becomes."""
    api = account.simulator._server.api
    answer = api.answer

    def rewritten(request: Request) -> Any:
        response, fault = answer(request)
        response.prefix = change(request, response.prefix)
        return response, fault

    api.answer = rewritten


def test_a_text_cut_within_an_emoji_is_kept_as_it_was_spelt(account: Account, lake: Lake) -> None:
    cut, whole = account.named(2)
    _rewrite(account, lambda request, body: body.replace(b'"name 0"', b'"smile \\ud83d"'))
    succeeded(account.night(lake, account.connector(), "companies"))
    assert current(lake, "companies", "name") == {cut: (*LIVING, "smile \\ud83d"), whole: (*LIVING, "name 1")}


def test_a_refusal_in_words_that_cannot_be_written_does_not_stop_the_others(account: Account, lake: Lake) -> None:
    (contact,) = account.named(1, "contacts")
    _rewrite(account, lambda request, body: body.replace(b"Unable to infer", b"\\u0000 \\ud83d Unable to infer"))
    account.data.execute("drop table companies")
    account.simulator.state.refresh_schema()
    failed, read = account.night(lake, account.connector(), "companies", "contacts")
    assert "\\x00 \\ud83d Unable to infer" in str(failed.error) and read.error is None
    assert set(current(lake, "contacts")) == {contact}


def test_pages_that_lead_in_a_circle_fail_instead_of_being_read_for_ever(account: Account, lake: Lake) -> None:
    account.named(1)
    (deal,) = account.named(1, "deals")
    connector = account.connector()
    succeeded(account.night(lake, connector, "companies", "deals"))
    account.pass_time(hours=24)
    numbers = itertools.count()

    def circle(request: Request, body: bytes) -> bytes:
        if next(numbers) > 50:
            raise AssertionError("read for ever")
        turn = {"next": {"after": str(next(numbers) % 3)}}
        if request.path.endswith("/search"):
            return json.dumps({"total": 1, "results": [], "paging": turn}).encode()
        if "/associations/" in request.path:
            return json.dumps({"results": [{"from": {"id": deal}, "to": [], "paging": turn}]}).encode()
        return body

    _rewrite(account, circle)
    errors = [str(each.error) for each in account.night(lake, connector, "companies", "deals_to_companies")]
    assert all("leads back to one" in error for error in errors) and len(errors) == 2, errors
