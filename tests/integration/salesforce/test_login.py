"""Signing in, what ``sources check`` finds, and that no secret is ever shown."""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sources.config import Secret, load_config
from sources.contract import Check
from sources.discovery import create, declared_objects
from sources.errors import ConfigError, CrmWarehouseError, SourceError, TransientSourceError
from sources.salesforce.objects import OBJECTS
from sources.simulators.http import Request, Response
from sources.simulators.salesforce import SalesforceSimulator
from tests.integration.salesforce.org import Org


@pytest.fixture(scope="module")
def key() -> tuple[str, str]:
    """An RSA key pair, PEM: private, public."""
    private = rsa.generate_private_key(65537, 2048)
    pem = serialization.Encoding.PEM
    return (
        private.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode(),
        private.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo).decode(),
    )


def by_name(checks: list[Check]) -> dict[str, Check]:
    return {check.what: check for check in checks}


def test_a_configured_source_is_found_created_and_read(
    org: Org, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SF_SECRET", org.simulator.client_secret)
    path = tmp_path / "crm_sources.yaml"
    path.write_text(
        "sources:\n  acme:\n    type: salesforce\n"
        f"    login_url: {org.simulator.url}\n    client_id: {org.simulator.client_id}\n"
        '    client_secret: "${SF_SECRET}"\n'
    )
    connector = create(load_config(path).sources[0])
    assert (connector.type, connector.name) == ("salesforce", "acme")
    assert connector.objects() == declared_objects("salesforce")
    assert connector.clock() == org.now
    connector.close()
    connector.close()


def test_constructing_needs_no_secret_and_sends_nothing(org: Org) -> None:
    connector = org.connector(client_secret=Secret("${SF_NOT_SET}", Path("crm_sources.yaml"), 7))
    assert len(connector.objects()) == len(OBJECTS)
    assert org.seen == []
    with pytest.raises(ConfigError, match=r"crm_sources\.yaml:7: .*SF_NOT_SET is not set"):
        connector.clock()


def test_a_jwt_signs_in_with_a_key_from_the_environment_or_a_file(
    org: Org, tmp_path: Path, key: tuple[str, str]
) -> None:
    private, public = key
    file = tmp_path / "key.pem"
    file.write_text(private)
    with SalesforceSimulator(org.data, clock=lambda: org.now, public_key=public) as jwt_org:
        common = {"login_url": jwt_org.url, "auth": "jwt", "username": jwt_org.username, "client_secret": None}
        for given in ({"private_key": private}, {"private_key_file": str(file)}):
            assert org.connector(**common, **given).clock() == org.now
        audience = org.connector(**common, private_key=private, jwt_audience="https://somewhere.example")
        with pytest.raises(SourceError, match=r"invalid_grant: Audience validation failed.*Check the user"):
            audience.clock()
        stranger = org.connector(**common | {"username": "mallory@acme.example"}, private_key=private)
        with pytest.raises(SourceError, match="user hasn't approved this consumer"):
            stranger.clock()


@pytest.mark.parametrize("wrong", ["not a key", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----"])
def test_an_unusable_key_is_a_configuration_error_that_does_not_show_it(org: Org, wrong: str) -> None:
    connector = org.connector(auth="jwt", username="a@b.example", private_key=wrong)
    with pytest.raises(ConfigError, match="no unencrypted RSA key") as caught:
        connector.clock()
    assert "c2VjcmV0" not in str(caught.value) and "not a key" not in str(caught.value)
    missing = org.connector(auth="jwt", username="a@b.example", private_key_file="/nowhere/key.pem")
    with pytest.raises(ConfigError, match=r"/nowhere/key\.pem: No such file"):
        missing.clock()


def test_client_credentials_on_a_shared_login_host_are_refused_before_anything_is_sent(org: Org) -> None:
    connector = org.connector(login_url="https://login.salesforce.com")
    with pytest.raises(ConfigError, match="the org's own host only"):
        connector.clock()


def test_an_unknown_object_to_skip_is_a_configuration_error(org: Org) -> None:
    with pytest.raises(ConfigError, match="unknown object 'Acount'"):
        org.connector(skip_objects=["Acount"])


def test_a_wrong_password_is_said_in_the_words_of_the_org_with_the_remedy(org: Org) -> None:
    with pytest.raises(SourceError, match=r"acme: invalid_client: invalid client credentials\. Check client_secret"):
        org.connector(client_secret="wrong-secret").clock()
    with pytest.raises(SourceError, match=r"invalid_client_id: client identifier invalid\. Check client_id"):
        org.connector(client_id="wrong-id").clock()
    assert org.seen == ["POST /services/oauth2/token"] * 2


def test_too_many_sign_ins_are_waited_for(org: Org) -> None:
    org.faults.add("login_rate", "token", times=2)
    connector = org.connector()
    assert connector.clock() == org.now.replace(microsecond=0)
    assert len(org.pauses) == 2


def test_check_of_a_healthy_org_passes_and_says_what_it_found(org: Org) -> None:
    checks = by_name(org.connector().check())
    assert all(check.passed for check in checks.values()), [c for c in checks.values() if not c.passed]
    assert checks["API version"].detail.startswith("v60.0 of v47.0 to v")
    assert "DailyApiRequests: " in checks["limits"].detail
    assert checks["Account"].detail.endswith("fields readable, 1 of them formulas")
    assert "2024-03-04T12:00:00Z" in checks["clock"].detail
    assert {obj.name for obj in declared_objects("salesforce")} <= set(checks)


def test_check_names_each_thing_that_is_wrong_and_goes_on(org: Org) -> None:
    org.faults.hidden_fields |= {"Account.SystemModstamp", "Account.Sic", "Contact.Fax"}
    org.data.execute('drop table "Case"')
    org.data.execute("drop table DatedConversionRate")
    org.simulator.state.refresh_schema()
    org.faults.daily_jobs = 0
    checks = by_name(org.connector(api_version="99.0").check())
    assert "no v99.0" in checks["API version"].detail and not checks["API version"].passed
    checks = by_name(org.connector().check())
    failed = {what for what, check in checks.items() if not check.passed}
    assert failed == {"Case", "Account fields"}
    assert checks["Account fields"].detail == "needed and hidden: SystemModstamp"
    assert checks["Contact fields"].detail.endswith("hidden by field-level security: Fax")
    assert checks["DatedConversionRate"].detail == "not in this org or not visible, read as empty"


def test_check_asks_for_the_currency_of_an_org_that_has_only_one(org: Org) -> None:
    org.data.execute("drop table CurrencyType")
    org.simulator.state.refresh_schema()
    unsaid = by_name(org.connector().check())["currency"]
    assert not unsaid.passed and "set 'currency' in crm_sources.yaml" in unsaid.detail
    assert by_name(org.connector(currency="USD").check())["currency"].passed
    with pytest.raises(ConfigError, match="'dollars' is no currency"):
        org.connector(currency="dollars")


def test_check_never_raises(org: Org) -> None:
    wrong = org.connector(client_secret="wrong-secret").check()
    assert [(check.what, check.passed) for check in wrong] == [("sign-in", False)]
    org.faults.add("api_disabled", times=None)
    org.faults.rules[-1].endpoint = "limits"
    checks = by_name(org.connector().check())
    assert not checks["limits"].passed and "API Enabled" in checks["limits"].detail
    org.faults.clear()
    org.simulator.close()
    assert [check.passed for check in org.connector().check()] == [False]


@pytest.mark.parametrize("option", ["client_id", "client_secret"])
def test_a_secret_that_the_org_repeats_is_not_passed_on(org: Org, option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def parrot(request: Request) -> tuple[Response, None]:
        value = dict(parse_qsl(request.body.decode()))[option]
        return Response(400, {"Content-Type": "text/plain"}, f"cannot use {value} here".encode()), None

    monkeypatch.setattr(org.simulator.org, "answer", parrot)
    with pytest.raises(SourceError, match=r"cannot use \[redacted\] here") as caught:
        org.connector(client_secret="planted+secret/value", client_id="planted-client-id").clock()
    assert "planted" not in str(caught.value)


def test_no_secret_is_in_any_error_log_or_repr(
    org: Org, caplog: pytest.LogCaptureFixture, key: tuple[str, str]
) -> None:
    planted = {"client_id": "planted-client-id", "client_secret": "planted-client-secret"}
    shown: list[str] = []
    with caplog.at_level(logging.DEBUG):
        connector = org.connector(**planted)
        shown += [repr(connector), str(connector), *(check.detail for check in connector.check())]
        with pytest.raises(CrmWarehouseError) as refused:
            connector.clock()
        shown += [str(refused.value), repr(refused.value)]
        healthy = org.connector()
        healthy.clock()
        org.faults.add("unavailable", "query", times=None)
        with pytest.raises(TransientSourceError) as failed:
            org.extract(healthy, "Account")
        shown += [str(failed.value), repr(failed.value), repr(healthy)]
        signed = org.connector(auth="jwt", username="a@b.example", private_key=key[0])
        shown += [check.detail for check in signed.check()]
    shown.append(caplog.text)
    tokens = list(org.simulator.sessions._open)
    secrets = [*planted.values(), org.simulator.client_secret, *tokens, *key[0].splitlines()[1:-1]]
    assert tokens and not [secret for secret in secrets for text in shown if secret in text]
