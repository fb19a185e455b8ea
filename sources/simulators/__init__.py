"""One synthetic company, and loopback servers that speak the vendors' APIs over it.

Nothing here is read by the pipeline except through a source's own front door.
"""

from __future__ import annotations

import importlib
from types import ModuleType


def simulated(kind: str) -> ModuleType:
    """Return the package with the simulator of a connector type, as ``http`` says."""
    return importlib.import_module(f"{__name__}.{kind}")
