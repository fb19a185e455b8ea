"""The dbt project keeps its promises of form: one YAML a model, a grain a mart, no clock, quirks end in staging."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "dbt_project" / "models"
CANONICAL = YAML(typ="safe").load((ROOT / "sources" / "entities.yml").read_text())

models = sorted(MODELS.rglob("*.sql"))


def described(model: Path) -> dict:
    (entry,) = YAML(typ="safe").load(model.with_suffix(".yml").read_text())["models"]
    return entry


def code(model: Path) -> str:
    """The model without comments."""
    text = re.sub(r"\{#.*?#\}", "", model.read_text(), flags=re.DOTALL)
    return "\n".join(line.split("--")[0] for line in text.splitlines()).lower()


@pytest.mark.parametrize("model", models, ids=lambda m: m.stem)
def test_every_model_has_a_yaml_of_its_own_name_with_a_description(model: Path) -> None:
    entry = described(model)
    assert entry["name"] == model.stem
    assert entry["description"].strip()


@pytest.mark.parametrize(
    "model", [m for m in models if {"core", "marts"} & set(m.relative_to(MODELS).parts)], ids=lambda m: m.stem
)
def test_every_mart_opens_with_its_grain_names_its_validation_and_describes_every_column(model: Path) -> None:
    entry = described(model)
    assert re.match(r"(?i)(one row per|grain:)", entry["description"].strip())
    assert re.search(r"\bValidated (against|by)\b", entry["description"])
    assert entry["columns"]
    assert not [column["name"] for column in entry["columns"] if not column.get("description")]


@pytest.mark.parametrize("model", models, ids=lambda m: m.stem)
def test_no_model_reads_the_clock(model: Path) -> None:
    assert not re.search(r"current_timestamp|current_date|\bnow\(\)|\btoday\(\)|random\(\)", code(model))


@pytest.mark.parametrize(
    "model", [m for m in models if "staging" not in m.relative_to(MODELS).parts], ids=lambda m: m.stem
)
def test_quirks_of_a_source_end_in_staging(model: Path) -> None:
    assert not re.search(r"source_system\s*=\s*'", code(model))


@pytest.mark.parametrize("model", models, ids=lambda m: m.stem)
def test_models_fit_on_a_screen(model: Path) -> None:
    assert len(model.read_text().splitlines()) <= 150


@pytest.mark.parametrize("model", [m for m in models if m.stem.startswith("stg_")], ids=lambda m: m.stem)
def test_staging_supplies_a_canonical_entity(model: Path) -> None:
    system, entity = model.stem.removeprefix("stg_").split("__")
    assert model.parent.name == system
    assert entity in CANONICAL
