"""Serves Dagster's UI over the warehouse, with the demo's simulator beside it when there is a demo company."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from pipelines.settings import PROJECT, Settings


def serve_ui(settings: Settings, port: int, say: Callable[[str], None]) -> None:
    """Run Dagster's web server and its daemon, which starts scheduled runs, until interrupted."""
    from pipelines import demo
    from sources.lake import install_extensions

    settings.export()
    install_extensions(settings.extensions)
    with contextlib.ExitStack() as stack:
        if demo.exists(settings):
            stack.enter_context(demo.serving(settings, demo.world(settings)))
        command = [
            *(str(Path(sys.executable).parent / "dagster"), "dev"),
            *("--workspace", str(PROJECT / "workspace.yaml")),
            *("--host", "127.0.0.1", "--port", str(port)),
        ]
        say(f"Dagster UI over {settings.home} on http://127.0.0.1:{port} (stop it with Ctrl+C)")
        process = stack.enter_context(subprocess.Popen(command))
        # Ctrl+C reaches Dagster by itself; a polite kill of this process has to be passed on
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        with contextlib.suppress(KeyboardInterrupt):
            process.wait()
