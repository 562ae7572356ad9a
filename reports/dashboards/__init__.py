"""Organizers' pages on one release."""
