"""Import Great Expectations without the plotting and statistics packages that no suite here needs.

Half of its import time is scipy.stats and altair, both used by a single expectation on distributions. While it is
imported they stand in as empty modules that load themselves on first use, so that expectation still works.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

NEEDED_BY_NO_SUITE = ("scipy.stats", "altair")


class _DeferredModule(ModuleType):
    """A module that imports itself when one of its names is asked for."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        module = importlib.import_module(self.__name__)
        self.__dict__.update(module.__dict__)
        return getattr(module, name)


def _stand_in(name: str) -> _DeferredModule | None:
    """Return a deferred module for ``name``, or None when it is not installed."""
    spec = importlib.util.find_spec(name)
    if spec is None:
        return None
    module = _DeferredModule(name)
    # these are read by anyone walking sys.modules (inspect does); finding them there keeps the module deferred
    module.__spec__, module.__loader__ = spec, spec.loader
    module.__file__, module.__package__ = spec.origin, name
    module.__path__ = list(spec.submodule_search_locations or ())
    return module


@contextmanager
def deferred(names: tuple[str, ...] = NEEDED_BY_NO_SUITE) -> Iterator[None]:
    """Defer the import of ``names`` inside the block; afterwards they import as if nothing had happened.

    A module that is already imported stays as it is.
    """
    placed: dict[str, _DeferredModule] = {}
    for name in names:
        module = None if name in sys.modules else _stand_in(name)
        if module is not None:
            placed[name] = sys.modules[name] = module
    try:
        yield
    finally:
        for name, module in placed.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
