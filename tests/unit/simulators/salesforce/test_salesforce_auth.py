"""Sessions: what opens one, what is refused in which words, and when one ends."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sources.simulators.salesforce import Faults, SalesforceSimulator, empty_org

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def test_client_credentials_open_a_session_without_saying_how_long_it_lasts(client: Any, org: Any) -> None:
    answer = client.token(
        grant_type="client_credentials", client_id=org.client_id, client_secret=org.client_secret
    ).json()
    assert set(answer) == {"access_token", "signature", "scope", "instance_url", "id", "token_type", "issued_at"}
    assert answer["instance_url"] == org.url
    assert answer["access_token"].startswith("00D")
    assert answer["issued_at"] == str(int(org.state.now().timestamp() * 1000))


def test_client_credentials_are_taken_from_http_basic(client: Any, org: Any) -> None:
    answer = httpx.post(
        f"{org.url}/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(org.client_id, org.client_secret),
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_secret": "wrong"}, {"error": "invalid_client", "error_description": "invalid client credentials"}),
        ({"client_id": "wrong"}, {"error": "invalid_client_id", "error_description": "client identifier invalid"}),
        (
            {"grant_type": "guess"},
            {"error": "unsupported_grant_type", "error_description": "grant type not supported"},
        ),
    ],
)
def test_a_refused_grant_is_an_object_not_a_list(client: Any, org: Any, changed: dict, error: dict) -> None:
    form = {"grant_type": "client_credentials", "client_id": org.client_id, "client_secret": org.client_secret}
    answer = client.token(**form | changed)
    assert (answer.status_code, answer.json()) == (400, error)


def test_a_refresh_token_opens_a_session_as_often_as_it_is_used(client: Any, org: Any) -> None:
    form = {"grant_type": "refresh_token", "client_id": org.client_id, "client_secret": org.client_secret}
    for _ in range(2):
        answer = client.token(**form, refresh_token=org.refresh_token).json()
        assert "refresh_token" not in answer
        client.http.headers["Authorization"] = f"Bearer {answer['access_token']}"
        assert client.get("/limits").status_code == 200
    refused = client.token(**form, refresh_token="none")
    expired = {"error": "invalid_grant", "error_description": "expired access/refresh token"}
    assert (refused.status_code, refused.json()) == (400, expired)


def test_a_refresh_token_that_rotates_is_good_once_and_answers_with_the_next(
    client: Any, org: Any, faults: Faults
) -> None:
    faults.rotates_refresh_token = True
    form = {"grant_type": "refresh_token", "client_id": org.client_id, "client_secret": org.client_secret}
    first = org.refresh_token
    following = client.token(**form, refresh_token=first).json()["refresh_token"]
    assert client.token(**form, refresh_token=first).json()["error"] == "invalid_grant"
    assert client.token(**form, refresh_token=following).status_code == 200


def test_a_password_opens_a_session_where_the_org_still_allows_it(client: Any, org: Any, clock: Any) -> None:
    with SalesforceSimulator(empty_org(), clock=clock, password="secretTOKEN") as old:
        form = {"grant_type": "password", "client_id": old.client_id, "client_secret": old.client_secret}
        form |= {"username": old.username, "password": "secretTOKEN"}
        given, wrong = (
            httpx.post(f"{old.url}/services/oauth2/token", data=form | changed)
            for changed in ({}, {"password": "secret"})
        )
        assert given.json()["instance_url"] == old.url
    refused = {"error": "invalid_grant", "error_description": "authentication failure"}
    assert (wrong.status_code, wrong.json()) == (400, refused)
    assert client.token(**form).json() == refused


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def signed_org(clock: Any, key: rsa.RSAPrivateKey) -> Any:
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    with SalesforceSimulator(empty_org(), clock=clock, public_key=pem.decode()) as simulator:
        yield simulator


def grant(simulator: Any, key: rsa.RSAPrivateKey, **changed: object) -> httpx.Response:
    claims = {
        "iss": simulator.client_id,
        "sub": simulator.username,
        "aud": "https://login.salesforce.com",
        "exp": int(time.time()) + 180,
    }
    assertion = jwt.encode(claims | changed, key, algorithm="RS256")
    form = {"grant_type": JWT_BEARER, "assertion": assertion}
    return httpx.post(f"{simulator.url}/services/oauth2/token", data=form)


def test_a_signed_assertion_opens_a_session(signed_org: Any, key: rsa.RSAPrivateKey) -> None:
    token = grant(signed_org, key).json()["access_token"]
    answer = httpx.get(f"{signed_org.url}/services/data/v62.0/limits", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("changed", "description"),
    [
        ({"aud": "https://elsewhere.example"}, "Audience validation failed"),
        ({"exp": 1_700_000_000}, "expired access/refresh token"),
        ({"exp": 4_000_000_000}, "invalid assertion"),
        ({"sub": "stranger@acme.example"}, "user hasn't approved this consumer"),
        ({"iss": "another key"}, "client identifier invalid"),
    ],
)
def test_a_wrong_claim_is_refused(signed_org: Any, key: rsa.RSAPrivateKey, changed: dict, description: str) -> None:
    answer = grant(signed_org, key, **changed)
    assert (answer.status_code, answer.json()["error_description"]) == (400, description)


def test_an_assertion_signed_by_another_key_is_refused(signed_org: Any) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert grant(signed_org, stranger).json() == {
        "error": "invalid_grant",
        "error_description": "invalid assertion",
    }


EXPIRED = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


def test_a_session_ends_with_its_time(client: Any, clock: Any, faults: Faults) -> None:
    faults.session_lifetime = timedelta(hours=2)
    client.login()
    assert client.get("/limits").status_code == 200
    clock.pass_(hours=2)
    answer = client.get("/limits")
    assert (answer.status_code, answer.json()) == (401, EXPIRED)
    client.login()
    assert client.get("/limits").status_code == 200


def test_a_session_ends_after_so_many_requests(client: Any, faults: Faults) -> None:
    faults.session_requests = 2
    client.login()
    assert [client.get("/limits").status_code for _ in range(3)] == [200, 200, 401]


def test_without_a_session_only_the_versions_are_told(org: Any) -> None:
    versions = httpx.get(f"{org.url}/services/data/").json()
    assert {"label": "Winter '25", "url": "/services/data/v62.0", "version": "62.0"} in versions
    answer = httpx.get(f"{org.url}/services/data/v62.0/limits")
    assert (answer.status_code, answer.json()) == (401, EXPIRED)
