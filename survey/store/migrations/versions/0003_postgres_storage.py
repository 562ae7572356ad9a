"""On PostgreSQL: how the box is stored, and no samples of hashes among the server's statistics."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Ciphertext does not get smaller: no time is spent on trying. Each commit leaves the old blob
# behind as dead rows; they are cleared by their number, not by their share, or a box of one row
# would grow until the hour is over.
_BOX = {
    "autovacuum_vacuum_scale_factor": 0,
    "autovacuum_vacuum_threshold": 200,
    "toast.autovacuum_vacuum_scale_factor": 0,
    "toast.autovacuum_vacuum_threshold": 2000,
}
# ANALYZE copies some hundred values of a column into the catalogue, where they outlive the rows.
_NEVER_SAMPLED = (("seed", "sealed"), ("code", "hash"), ("spent", "hash"))


def upgrade() -> None:
    """Change settings of tables only; the rows stay as they are."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE box ALTER COLUMN blob SET STORAGE EXTERNAL")
    op.execute(f"ALTER TABLE box SET ({', '.join(f'{k} = {v}' for k, v in _BOX.items())})")
    for table, column in _NEVER_SAMPLED:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def downgrade() -> None:
    """Back to the server's own settings."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, column in _NEVER_SAMPLED:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS -1")
    op.execute(f"ALTER TABLE box RESET ({', '.join(_BOX)})")
    op.execute("ALTER TABLE box ALTER COLUMN blob SET STORAGE EXTENDED")
