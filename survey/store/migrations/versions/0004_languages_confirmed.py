"""Which languages of a wave somebody who speaks them has read, as organizers confirm."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing is confirmed yet."""
    column = sa.Column("languages_confirmed", sa.Text, nullable=False, server_default="")
    op.add_column("wave", column)


def downgrade() -> None:
    """Drop it: every language of a questionnaire is then offered again."""
    op.drop_column("wave", "languages_confirmed")
