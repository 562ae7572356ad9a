"""A code's hash stays in `code` once it is used, so that a batch can be taken back as a whole.

Earlier versions deleted it, which cannot be undone: which of the spent hashes are codes is not
known. So every spent hash of a running wave is put there, in the batch of everybody; those of form
ids do no harm, as no code has such a hash. Otherwise a code used before would now be unknown.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put what was used back among the codes."""
    op.execute(
        "INSERT INTO code (wave_id, hash, batch) SELECT wave_id, hash, '' FROM spent AS s WHERE "
        "NOT EXISTS (SELECT 1 FROM code AS c WHERE c.wave_id = s.wave_id AND c.hash = s.hash)"
    )


def downgrade() -> None:
    """Delete the used ones, as earlier versions did when hashes left the box."""
    op.execute(
        "DELETE FROM code AS c WHERE "
        "EXISTS (SELECT 1 FROM spent AS s WHERE s.wave_id = c.wave_id AND s.hash = c.hash)"
    )
