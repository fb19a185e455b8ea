"""What a run did to customer ids, counted from the registry."""

from __future__ import annotations

from pathlib import Path

from pipelines.settings import Settings
from pipelines.summary import identity_events
from sources.lake import Lake, install_extensions


def test_two_ids_that_became_aliases_of_one_customer_count_as_two(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path / "crm_sources.yaml", f"sqlite:{tmp_path / 'catalog.sqlite'}")
    install_extensions(settings.extensions)
    with Lake(settings.lake) as lake:
        lake.connection.execute(
            "insert into lake.identity.events (event_type, customer_id, other_customer_id, run_id) values"
            " ('merged', 'c_b', 'c_a', 'r1'), ('merged', 'c_c', 'c_a', 'r1'),"
            " ('created', 'c_d', null, 'r1'), ('created', 'c_e', null, 'r1'), ('created', 'c_f', null, 'r0')"
        )
    assert identity_events(settings, "r1") == {"created": 2, "merged": 2}
