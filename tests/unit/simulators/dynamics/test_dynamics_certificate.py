"""An application may sign in to the simulated environment with its certificate, as Microsoft documents."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from datetime import datetime

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sources.simulators.dynamics import DynamicsSimulator, empty_environment

KIND = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def certified(key: rsa.RSAPrivateKey) -> Iterator[DynamicsSimulator]:
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    now = datetime(2024, 3, 4, 12)
    with DynamicsSimulator(empty_environment(), clock=lambda: now, public_key=pem.decode()) as simulator:
        yield simulator


def grant(
    simulator: DynamicsSimulator, key: rsa.RSAPrivateKey, algorithm: str = "PS256", **changed: object
) -> httpx.Response:
    url, now = f"{simulator.url}/{simulator.tenant_id}/oauth2/v2.0/token", int(time.time())
    claims = {"aud": url, "iss": simulator.client_id, "sub": simulator.client_id, "jti": str(uuid.uuid4())}
    claims |= {"nbf": now, "iat": now, "exp": now + 300, **changed}
    form = {"grant_type": "client_credentials", "client_id": simulator.client_id}
    form |= {"scope": f"{simulator.url}/.default", "client_assertion_type": KIND}
    form["client_assertion"] = jwt.encode(claims, key, algorithm, headers={"x5t": "c2ltdWxhdGVk"})
    return httpx.post(url, data=form)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_a_signed_assertion_stands_for_the_secret(
    certified: DynamicsSimulator, key: rsa.RSAPrivateKey, algorithm: str
) -> None:
    token = grant(certified, key, algorithm).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{certified.url}/api/data/v9.2/WhoAmI", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("changed", "number"),
    [({"aud": "https://elsewhere.example"}, 700023), ({"exp": 1_700_000_000}, 700024), ({"sub": "another"}, 700021)],
)
def test_an_assertion_for_another_audience_time_or_application_is_refused(
    certified: DynamicsSimulator, key: rsa.RSAPrivateKey, changed: dict[str, object], number: int
) -> None:
    refused = grant(certified, key, **changed)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert refused.json()["error_codes"] == [number]


def test_an_assertion_signed_with_another_key_is_refused(certified: DynamicsSimulator) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert grant(certified, other).json()["error_codes"] == [700027]


def test_a_request_with_neither_secret_nor_assertion_says_so(certified: DynamicsSimulator) -> None:
    url = f"{certified.url}/{certified.tenant_id}/oauth2/v2.0/token"
    refused = httpx.post(url, data={"grant_type": "client_credentials", "client_id": certified.client_id})
    assert (refused.status_code, refused.json()["error_codes"]) == (401, [7000218])
