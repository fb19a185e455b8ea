"""Answers that are well-formed and strange: what an account holds or says that nobody planned for."""

from __future__ import annotations

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
