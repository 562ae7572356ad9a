"""Public figures, each with its source."""
