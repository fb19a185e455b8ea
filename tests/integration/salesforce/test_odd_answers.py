"""Answers that are well-formed and no answers: what was expected is missing, and the error has to say what came."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from sources.errors import SourceError, TransientSourceError
from sources.salesforce.answers import api_usage
from sources.simulators.http import Fault, Request, Response, as_json
from tests.integration.salesforce.org import Org


def _always(org: Org, path: str, response: Response) -> None:
    """Let every request to a path that ends so be answered alike."""
    answer = org.simulator.org.answer

    def told(request: Request) -> tuple[Response, Fault | None]:
        return (replace(response), None) if request.path.endswith(path) else answer(request)

    org.simulator.org.answer = told  # type: ignore[method-assign]


@pytest.mark.parametrize(
    "body", [None, [], {}, {"access_token": None, "instance_url": None}, {"access_token": "x" * 20}]
)
def test_an_answer_without_a_token_is_named(org: Org, body: object) -> None:
    _always(org, "/oauth2/token", as_json(body))
    with pytest.raises(SourceError, match="no access_token or no instance_url"):
        org.connector().clock()


def test_a_wrong_secret_refused_with_401_is_what_is_to_be_checked(org: Org) -> None:
    refusal = {"error": "invalid_client", "error_description": "invalid client credentials"}
    _always(org, "/oauth2/token", as_json(refusal, 401))
    with pytest.raises(SourceError, match="Check client_secret"):
        org.connector().clock()


@pytest.mark.parametrize("body", [[], {}, {"records": []}])
def test_an_answer_to_a_query_that_is_none_is_shown(org: Org, body: object) -> None:
    _always(org, "/queryAll", as_json(body))
    with pytest.raises(TransientSourceError, match="the answer to a query is none"):
        org.extract(org.connector(), "Account")


def test_the_usage_of_the_org_is_not_that_of_one_app() -> None:
    told = "per-app-api-usage=17/250(appName=warehouse); api-usage=18/5000"
    assert api_usage(httpx.Headers({"Sforce-Limit-Info": told})) == (18, 5000)
