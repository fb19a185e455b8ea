"""The synthetic company: a seeded timeline of customers and dealings, and its projection into each source system.

A pure function of (seed, customers, day). The files under ``sql/`` say how each system shows it; nothing here
knows a connector, a server or the pipeline.
"""
