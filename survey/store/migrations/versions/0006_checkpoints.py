"""Checkpoints: sealed totals that may leave with a backup; and that a box was started anew."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No wave that runs allows them: its label did not say so when people answered."""
    for name in ("checkpoints", "restarted"):
        column = sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())
        op.add_column("wave", column)
    for name in ("checkpoint", "next_checkpoint"):
        op.create_table(
            name,
            sa.Column("wave_id", sa.Integer, nullable=False),
            sa.Column("responses", sa.Integer, nullable=False),
            sa.Column("body", sa.LargeBinary, nullable=False),
            sa.PrimaryKeyConstraint("wave_id", name=f"pk_{name}"),
            sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=f"fk_{name}_wave_id"),
        )


def downgrade() -> None:
    """Drop them: a wave whose keys are lost is then lost whole."""
    op.drop_table("next_checkpoint")
    op.drop_table("checkpoint")
    op.drop_column("wave", "restarted")
    op.drop_column("wave", "checkpoints")
