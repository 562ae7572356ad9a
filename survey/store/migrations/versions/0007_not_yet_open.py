"""A wave can be made before it is open: its state is then `ready`. No row changes for that."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Whatever is open stays open."""


def downgrade() -> None:
    """Open them: earlier versions take answers as soon as a wave is made, and know no such state.

    They would call it closed, and let its box be opened.
    """
    op.execute("UPDATE wave SET state = 'open' WHERE state = 'ready'")
