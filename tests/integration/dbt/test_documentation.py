"""The documentation in docs/ is what the project says today."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.dbt import manifest_path
from pipelines.dictionary import published_tables
from pipelines.documentation import diagram_text, dictionary_text
from pipelines.settings import Settings

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.slow
def test_dictionary_and_diagrams_are_those_that_make_docs_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_HOME", str(tmp_path))
    tables = published_tables(json.loads(manifest_path(Settings.from_environment()).read_text(encoding="utf-8")))
    assert (DOCS / "marts.md").read_text(encoding="utf-8") == dictionary_text(tables)
    assert (DOCS / "diagram.md").read_text(encoding="utf-8") == diagram_text(tables)
