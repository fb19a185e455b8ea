"""The one resource of every step, under the key it is asked for."""

import dagster as dg

from pipelines.resources import Night


@dg.definitions
def resources() -> dg.Definitions:
    """Bind the run's shared state to ``night``."""
    return dg.Definitions(resources={"night": Night()})
