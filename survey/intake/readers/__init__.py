"""Turn other programs' exports into answers, by a map that names every column that may be read."""
