"""All tables of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables: campaigns and waves, the box, what is published, staff."""
    _make_waves()
    _make_box()
    _make_rest()


def downgrade() -> None:
    """Drop every table, those that refer to others first."""
    for name in ("demand", "activity", "account", "release", "spent", "code_batch", "code"):
        op.drop_table(name)
    for name in ("seed", "box", "wave", "campaign"):
        op.drop_table(name)


def _make_waves() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("slug", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_campaign"),
        sa.UniqueConstraint("slug", name="uq_campaign_slug"),
    )
    op.create_table(
        "wave",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("campaign_id", sa.Integer, nullable=False),
        sa.Column("slug", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("access", sa.String(16), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("custody", sa.String(16), nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("headcounts", sa.Text, nullable=False),
        sa.Column("closed", sa.String(7)),
        sa.Column("responses", sa.Integer),
        sa.Column("digest", sa.String(64)),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wave"),
        sa.UniqueConstraint("slug", name="uq_wave_slug"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_wave_campaign_id"),
    )


def _make_box() -> None:
    op.create_table(
        "box",
        _wave_id(),
        sa.Column("slot", sa.Integer, nullable=False),
        sa.Column("blob", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("wave_id", name="pk_box"),
        _of_wave("box"),
    )
    op.create_table(
        "seed",
        _wave_id(),
        sa.Column("sealed", sa.LargeBinary(80), nullable=False),
        sa.PrimaryKeyConstraint("wave_id", "sealed", name="pk_seed"),
        _of_wave("seed"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "code",
        _wave_id(),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("batch", sa.String(130), nullable=False),
        sa.PrimaryKeyConstraint("wave_id", "hash", name="pk_code"),
        _of_wave("code"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "code_batch",
        _wave_id(),
        sa.Column("batch", sa.String(130), nullable=False),
        sa.Column("issued", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("wave_id", "batch", name="pk_code_batch"),
        _of_wave("code_batch"),
    )
    op.create_table(
        "spent",
        _wave_id(),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("wave_id", "hash", name="pk_spent"),
        _of_wave("spent"),
        sqlite_with_rowid=False,
    )


def _make_rest() -> None:
    op.create_table(
        "release",
        _wave_id(),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("wave_id", name="pk_release"),
        _of_wave("release"),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("email", name="uq_account_email"),
    )
    op.create_table(
        "activity",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("wave", sa.String(64)),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_activity"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_activity_account_id"),
    )
    op.create_table(
        "demand",
        sa.Column("id", sa.Integer, nullable=False),
        _wave_id(),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("costing", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_demand"),
        _of_wave("demand"),
    )


def _wave_id() -> sa.Column[int]:
    return sa.Column("wave_id", sa.Integer, nullable=False)


def _of_wave(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=f"fk_{table}_wave_id")
