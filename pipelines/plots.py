"""Plots that a run shows beside its figures, as PNG inside Markdown. What is plotted is the caller's."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence

import dagster as dg


def lines(
    title: str, x: str, y: str, series: Mapping[str, tuple[Sequence[float], Sequence[float]]]
) -> dg.MarkdownMetadataValue:
    """Return a line plot; ``series`` is name -> (x values, y values)."""
    # the import costs a second, and only runs that plot need it
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for name, (across, up) in series.items():
        axes.plot(across, up, marker="o", markersize=3, label=name)
    axes.set(title=title, xlabel=x, ylabel=y)
    axes.grid(alpha=0.3)
    if len(series) > 1:
        axes.legend()
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=90)
    encoded = base64.b64encode(image.getvalue()).decode()
    return dg.MetadataValue.md(f"![{title}](data:image/png;base64,{encoded})")
