"""The command line ``crm-warehouse``: commands and what they print. The work is done elsewhere.

Everything heavy is imported inside the commands, so that ``--help`` answers at once.
"""

from pipelines.cli.commands import app
from pipelines.cli.identity import identity
from pipelines.cli.sources import sources

app.add_typer(sources, name="sources")
app.add_typer(identity, name="identity")

__all__ = ["app"]
