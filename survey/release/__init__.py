"""Opened and gated: what may be shown without exposing anybody, and the release that holds it."""
