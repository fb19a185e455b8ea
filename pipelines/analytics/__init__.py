"""Computations that SQL cannot say: functions from tables to tables. No Dagster here."""
