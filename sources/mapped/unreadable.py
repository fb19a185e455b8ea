"""Why a file is refused whole. A record that does not fit is a ``Reject``; these say that none can be trusted."""

from __future__ import annotations


class UnreadableFile(Exception):
    """A file that is damaged, cut off, or would be read wrongly; the text names it and says why."""


class UndecodableFile(UnreadableFile):
    """A file's bytes are not in its encoding, and its lines cannot be told apart to find the bad ones."""
