"""Demands built from findings, and what they cost."""
