"""How many stewards hold a wave's key, and how many of them open it; NULL for a key file."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both numbers."""
    op.add_column("wave", sa.Column("steward_threshold", sa.Integer))
    op.add_column("wave", sa.Column("steward_count", sa.Integer))


def downgrade() -> None:
    """Drop them: waves with stewards then no longer say who can open them."""
    op.drop_column("wave", "steward_count")
    op.drop_column("wave", "steward_threshold")
