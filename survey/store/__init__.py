"""Engine, tables and migrations. Imports nothing of ours; never gains a column per person."""
