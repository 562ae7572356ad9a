"""Alembic's place: env.py runs a migration, versions/ holds them in order."""
