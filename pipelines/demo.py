"""The demo: a synthetic company under CRM_HOME/simulator, its simulators, and the configuration that reads them.

What the company does is in ``sources/simulators``; a night over it is the ordinary nightly job.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from pipelines.nightly import load_libraries
from pipelines.progress import report
from pipelines.settings import PROJECT, Settings, set_variables
from sources.errors import CrmWarehouseError
from sources.simulators import simulated

if TYPE_CHECKING:
    from pipelines.nightly import Outcome
    from sources.simulators.world import World

TEMPLATES = PROJECT / "sources" / "simulators" / "demo"


@dataclass
class Demo:
    """One night of the demo, its simulator running.

    Attributes:
        settings: where the warehouse is.
        today: the last day the company has lived; the run's as_of.
        is_first: whether the company was just made.
        days_passed: days since the last night.
        outcome: how the night ended, once it has.
    """

    settings: Settings
    today: date
    is_first: bool
    days_passed: int
    outcome: Outcome | None = field(default=None)

    @classmethod
    @contextlib.contextmanager
    def tonight(
        cls, settings: Settings, *, customers: int, days: int, seed: int = 42, branches: bool = True
    ) -> Iterator[Demo]:
        """Make the company, or let ``days`` pass, and serve it while the block runs.

        A new company has ``branches`` on every other type of CRM, or none. A company whose making or whose day was
        cut off is made, or lived, again.
        """
        is_first = not exists(settings)
        report("Live the company's days", "its history" if is_first else f"{days} day(s)")
        # the libraries load while DuckDB writes the company's files
        loading = threading.Thread(target=load_libraries, args=(settings,), daemon=True)
        loading.start()
        try:
            company = world(settings, customers, seed, branches=branches)
            if not is_first and days:
                company.advance(days)
        except BaseException:
            loading.join()  # it writes into this process's environment; nothing may outlive a refusal
            raise
        report("Load Dagster and dbt")
        loading.join()
        with serving(settings, company):
            yield cls(settings, company.today, is_first, 0 if is_first else days)

    def run(self) -> Outcome:
        """Run the nightly job as of the company's today."""
        from pipelines.nightly import run

        self.outcome = run(self.settings, as_of=self.today, retry_seconds=1)
        return self.outcome


def exists(settings: Settings) -> bool:
    """Whether a demo company lives under these settings."""
    return (settings.simulator / "world.json").exists()


def world(settings: Settings, customers: int = 2000, seed: int = 42, *, branches: bool = True) -> World:
    """Return the company under these settings, made when there is none.

    Raises CrmWarehouseError rather than replacing a configuration that was not written by the demo.
    """
    from sources.simulators.company.branches import TYPES
    from sources.simulators.world import World

    if exists(settings):
        return World.open(settings.simulator)
    if settings.config.exists():
        raise CrmWarehouseError(f"{settings.config} lists sources of yours. Run the demo with another CRM_HOME.")
    return World.create(settings.simulator, customers, seed, branches=TYPES if branches else ())


@contextlib.contextmanager
def serving(settings: Settings, company: World) -> Iterator[None]:
    """Serve the company's systems that are reached by an API and write the configuration that points at them."""
    urls = {}
    with contextlib.ExitStack() as stack:
        for kind in ("salesforce", *company.branches):
            database = settings.simulator / f"{kind}.duckdb"
            if database.exists():
                running = stack.enter_context(simulated(kind).SIMULATOR(database, clock=company.clock))
                urls[kind] = running.url
                set_variables({_variable(kind, name): value for name, value in running.credentials.items()})
        write_configuration(settings, urls, company)
        yield


def _variable(kind: str, credential: str) -> str:
    """Return the environment variable of a credential, e.g. CRM_DEMO_SALESFORCE_CLIENT_ID."""
    return f"CRM_DEMO_{kind}_{credential}".upper()


def write_configuration(settings: Settings, urls: dict[str, str], company: World) -> None:
    """Write crm_sources.yaml and the mapping files of the demo beside it; ``urls`` are those of the APIs by type."""
    folder = settings.config.parent
    folder.mkdir(parents=True, exist_ok=True)
    values = {f"@{kind.upper()}_URL@": url for kind, url in urls.items()}
    values |= {"@AS_OF@": company.today.isoformat(), "@SIMULATOR@": str(settings.simulator)}
    for template in sorted(TEMPLATES.glob("*.yaml")):
        text, target = template.read_text(encoding="utf-8"), folder / template.name
        if template.name == "crm_sources.yaml":
            target = settings.config
            parts = [TEMPLATES / "branches" / f"{kind}.yaml" for kind in company.branches]
            text += "".join(part.read_text(encoding="utf-8") for part in parts)
        for name, value in values.items():
            text = text.replace(name, value)
        target.write_text(text, encoding="utf-8")
