"""How each system is read. Knows nothing of Dagster or dbt."""
