"""One synthetic company, and loopback servers that speak the vendors' APIs over it.

Nothing here is read by the pipeline except through a source's own front door.
"""
