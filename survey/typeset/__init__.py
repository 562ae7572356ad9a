"""PDF by typst. Imports nothing of ours."""
