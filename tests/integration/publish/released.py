"""Publishing a warehouse that passed the release gate just as it is, which is what most tests here start from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines import publish as publishing
from pipelines.publish import Publication
from pipelines.published import file_contents
from sources.lake import Lake


def publish(warehouse: Path, lake: Lake, published: Path, **options: Any) -> Publication:
    """Publish a warehouse with its own contents as those that passed."""
    if "contents" not in options:
        options["contents"] = file_contents(warehouse)
    return publishing.publish(warehouse, lake, published, **options)
