"""Source databases: how a table of PostgreSQL, MySQL/MariaDB or SQLite is described, read in windows and swept.

Connectors whose source is a database share it: mapping files (``sources.mapped``) and the legacy systems whose tables
are known (``DatabaseConnector``). What a table means belongs to the connector that names it. README.md says how a
legacy system is added.
"""
