"""Companies whose campaigns have a known effect, and how often our intervals cover it."""
