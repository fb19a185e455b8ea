"""The weekly Data Export of an org: ZIP files with one CSV per object, read as snapshots instead of the API."""
