"""crm_sources.yaml: what it takes, and how a mistake in it is reported."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sources.config import Reporting, Secret, load_config
from sources.config_template import commented_template
from sources.discovery import connector_types, create, declared_objects, options
from sources.errors import ConfigError

GOOD = """\
reporting:
  {currency: CHF, time_zone: Europe/Zurich, fiscal_year_start_month: 7, schedule: "30 1 * * 1-5", as_of: 2026-01-31}
sources:
  emea:
    type: salesforce
    login_url: https://acme.my.salesforce.com
    client_id: ${SF_ID}
    client_secret: ${SF_SECRET}
  apac: {type: salesforce, login_url: "http://127.0.0.1:8080", client_id: abc, client_secret: "${SF_SECRET}"}
  old: {type: mapped, mapping: maps/old.yaml}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "crm_sources.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_without_credentials_in_the_environment_loads(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, GOOD))
    assert config.reporting == Reporting("CHF", "Europe/Zurich", 7, "30 1 * * 1-5", date(2026, 1, 31))
    assert [(source.name, source.type, source.line) for source in config.sources] == [
        ("emea", "salesforce", 4),
        ("apac", "salesforce", 9),
        ("old", "mapped", 10),
    ]
    assert config.sources[2].file("mapping") == tmp_path / "maps" / "old.yaml"


def test_plan_rates_are_read_as_they_are_written(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, "reporting: {plan_rates: {USD: 1.10, JPY: 160}}\n"))
    assert config.reporting.plan_rates == {"USD": Decimal("1.10"), "JPY": Decimal(160)}


def test_an_empty_file_has_the_defaults_and_no_sources(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, ""))
    assert config.reporting == Reporting() and config.sources == ()


def test_a_secret_is_read_from_the_environment_only_when_asked_and_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = load_config(written(tmp_path, GOOD)).sources[0]
    with pytest.raises(ConfigError, match=r"crm_sources.yaml:8: the environment variable SF_SECRET is not set"):
        source.text("client_secret")
    monkeypatch.setenv("SF_SECRET", "hunter2")
    assert source.text("client_secret") == "hunter2"
    assert isinstance(source.options["client_secret"], Secret)
    assert "hunter2" not in f"{source!r} {source.options['client_secret']}"


SOURCE = (
    "sources:\n  emea:\n    type: salesforce\n    login_url: https://a.com\n    client_id: x\n    client_secret: ${S}\n"
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SOURCE.replace("client_id", "clientid"), r":5: unknown option 'clientid'; did you mean 'client_id'\?"),
        (SOURCE.replace("salesforce\n", "salesfroce\n"), r":3: unknown type 'salesfroce'; did you mean 'salesforce'\?"),
        (SOURCE + "  emea: {type: mapped, mapping: x}\n", r":7: 'emea' is given twice \(first on line 2\)"),
        (SOURCE.replace("    client_id: x\n", ""), r":2: source 'emea' of type salesforce lacks 'client_id'"),
        (SOURCE.replace("${S}", "hunter2"), r":6: 'client_secret' is a secret and must not stand in the file"),
        (SOURCE.replace("https://a.com", "http://a.com"), r":4: 'http://a.com' would send credentials unencrypted"),
        (SOURCE.replace("emea", "EMEA 1"), r":2: source name 'EMEA 1' must be lower-case words"),
        (SOURCE + "    auth: kerberos\n", r":7: unknown auth 'kerberos'; valid: client_credentials, jwt"),
        (SOURCE + "    bulk_above_rows: many\n", r":7: 'bulk_above_rows' must be of type int, not 'many'"),
        ("reporting: {currenzy: EUR}\n", r":1: unknown option 'currenzy'; did you mean 'currency'\?"),
        ("reporting: {currency: euro}\n", r":1: currency must be an ISO 4217 code"),
        ("reporting:\n  time_zone: Europe/Berlim\n", r":2: unknown time zone 'Europe/Berlim'; did you mean '.*Berlin'"),
        ("reporting: {fiscal_year_start_month: 13}\n", r":1: fiscal_year_start_month must be a whole number from 1"),
        ("reporting: {schedule: daily}\n", r":1: schedule must be a five-field cron"),
        ("reporting:\n  plan_rates: {usd: 1.1}\n", r":2: plan_rates must name ISO 4217 codes such as USD, not 'usd'"),
        ("reporting: {plan_rates: {USD: 0}}\n", r":1: the plan rate of USD must be a positive number"),
        ("reporting: {plan_rates: {USD: nan}}\n", r":1: the plan rate of USD must be a positive number"),
        ("reporting: {plan_rates: {USD: 0.000000001}}\n", r":1: the plan rate of USD must be .* of at most 8 places"),
        ("reporting: {as_of: today}\n", r":1: as_of must be a date"),
        ("source: {}\n", r":1: unknown section 'source'; did you mean 'sources'\?"),
        ("sources: [a, b]\n", r":1: sources must be a mapping of names to values, not a list"),
        ("sources:\n  a: {type: mapped\n  b: c\n", r":\d: is not valid YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_with_its_line_and_the_nearest_valid_word(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ConfigError, match="crm_sources.yaml" + message):
        load_config(written(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml: cannot be read"):
        load_config(tmp_path / "nowhere.yaml")


def test_the_commented_template_loads_as_it_is_and_with_every_type_switched_on(tmp_path: Path) -> None:
    template = commented_template()
    assert load_config(written(tmp_path, template)).sources == ()
    switched_on = re.sub(
        r"^  # (  (?:# )?)?(?=[a-z_]+:)", lambda found: "    " if found[1] else "  ", template, flags=re.M
    )
    assert {source.type for source in load_config(written(tmp_path, switched_on)).sources} == set(connector_types())


def test_an_entry_of_the_template_that_is_switched_on_leaves_what_it_need_not_give_at_its_default(
    tmp_path: Path,
) -> None:
    head, entries = commented_template().split("\nsources:\n")
    switched_on = re.sub(r"^  # ", "  ", entries, flags=re.MULTILINE)
    sources = load_config(written(tmp_path, f"{head}\nsources:\n{switched_on}")).sources
    assert {source.type for source in sources} == set(connector_types())
    for source in sources:
        defaults = {option.name: option.default for option in options(source.type) if not option.required}
        given = {name for name, default in defaults.items() if source.options[name] != default}
        assert given <= {"client_secret", "private_app_token", "host", "database", "user"}, source.type


def test_the_template_names_a_secrets_variable_after_its_type_and_option() -> None:
    template = commented_template()
    for kind in connector_types():
        for option in options(kind):
            assert not option.secret or f'{option.name}: "${{{kind.upper()}_{option.name.upper()}}}"' in template


def test_types_are_found_by_folder_and_offer_what_the_lake_and_the_template_need() -> None:
    assert {"salesforce", "mapped"} <= set(connector_types())
    assert not {"lake", "simulators", "http"} & set(connector_types())
    for kind in connector_types():
        assert all(option.help for option in options(kind))
        assert isinstance(declared_objects(kind), tuple)


def test_a_type_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="unknown connector type 'maped'; did you mean 'mapped'"):
        declared_objects("maped")


def test_a_mapped_source_without_its_file_says_which_line_names_it(tmp_path: Path) -> None:
    source = load_config(written(tmp_path, GOOD)).sources[2]
    with pytest.raises(ConfigError, match=r"crm_sources.yaml:10: there is no mapping file .*maps/old.yaml"):
        create(source)


@pytest.mark.parametrize(("option", "words"), [("reconcile", "daily, weekly, monthly, never"), ("auth", "jwt")])
def test_a_word_from_the_environment_is_checked_as_one_in_the_file_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, words: str
) -> None:
    text = GOOD.replace("    client_id: ${SF_ID}", f"    client_id: ${{SF_ID}}\n    {option}: ${{SF_WORD}}")
    emea, apac, _ = load_config(written(tmp_path, text)).sources
    for value in ("wekly", ""):
        monkeypatch.setenv("SF_WORD", value)
        with pytest.raises(ConfigError, match=r"crm_sources\.yaml:8: ") as caught:
            create(emea)
        assert (words in str(caught.value)) if value else ("SF_WORD is not set" in str(caught.value))
        assert len(create(apac).objects()) > 10
