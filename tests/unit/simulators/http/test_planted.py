"""What listens to the tokens of a simulated API hears and repeats them in whatever header they come."""

from __future__ import annotations

from datetime import datetime

import httpx
import pytest

from sources.simulators.http import Fault, Request, Response, Simulator, as_json
from tests.planted import served


class _Zoo:
    longest_uri, server_name = 1_000, "zoo"

    def now(self) -> datetime:
        return datetime(2024, 3, 4)

    def headers(self) -> dict[str, str]:
        return {}

    def answer(self, request: Request) -> tuple[Response, Fault | None]:
        return as_json({}), None


@pytest.mark.parametrize(
    ("header", "sent"), [("Authorization", "Bearer the-key"), ("X-Api-Key", "the-key"), ("X-Api-Key", "Key the-key")]
)
def test_a_token_is_heard_and_once_refused_repeated(header: str, sent: str) -> None:
    with Simulator(_Zoo()) as simulator:
        planted = served(simulator, {}, {}, [], header=header)
        assert httpx.get(simulator.url, headers={header: sent}).status_code == 200
        assert planted.issued() == {"the-key"}
        planted.refuse(True)
        assert httpx.get(simulator.url).status_code == 200
        refused = httpx.get(simulator.url, headers={header: sent})
        assert refused.status_code == 400 and "the-key" in refused.text
