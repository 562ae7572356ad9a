"""An anonymous workplace survey that keeps sealed totals only."""
