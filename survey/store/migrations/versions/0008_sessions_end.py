"""Signing out ends an account's sessions: the number that they were begun under is then another."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has signed out yet."""
    column = sa.Column("session_number", sa.Integer, nullable=False, server_default="0")
    op.add_column("account", column)


def downgrade() -> None:
    """Drop it: whoever is signed in has to sign in again."""
    op.drop_column("account", "session_number")
