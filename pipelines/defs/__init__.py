"""Everything Dagster loads, one file per step of the night. Functions only: loading opens nothing."""
