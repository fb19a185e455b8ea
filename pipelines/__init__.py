"""Dagster wiring, the command line, and the pure analytics they run."""
