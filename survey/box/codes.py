"""Codes of a wave: the hashes of those that nobody has used yet, by batch."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from survey.box.errors import storing
from survey.box.layout import BoxError
from survey.box.model import Wave
from survey.box.state import HASH
from survey.store import tables


@storing()
def issue_codes(engine: Engine, wave: Wave, hashes: Collection[bytes], batch: str = "") -> None:
    """Add unused codes (keyed hashes, 32 bytes each) to a batch: "" or such as "worksite=north".

    Raises BoxError where the wave is closed, takes no codes or has a hash already; FoldUnavailable.
    """
    if wave.access != "codes":
        raise BoxError(f"The wave '{wave.slug}' is an open link: it takes no codes.")
    if any(len(found) != HASH for found in hashes) or len(set(hashes)) != len(hashes):
        raise ValueError(f"code hashes must be distinct and {HASH} bytes long")
    rows = [{"wave_id": wave.id, "hash": h, "batch": batch} for h in sorted(hashes)]
    try:
        with engine.begin() as connection:
            _require_open(connection, wave)
            if rows:
                connection.execute(insert(tables.code), rows)
                _add_issued(connection, wave, batch, len(rows))
    except IntegrityError as error:
        raise BoxError(f"A code of wave '{wave.slug}' was already made before.") from error


def batches(connection: Connection, wave: Wave) -> dict[str, tuple[int, int]]:
    """Per batch: codes that left the table of unused ones, and codes issued. Exact: floor it."""
    issued = select(tables.code_batch).where(tables.code_batch.c.wave_id == wave.id)
    counts = select(tables.code.c.batch, func.count()).where(tables.code.c.wave_id == wave.id)
    unused = Counter(dict(map(tuple, connection.execute(counts.group_by(tables.code.c.batch)))))
    return {
        row.batch: (row.issued - unused[row.batch], row.issued)
        for row in connection.execute(issued.order_by(tables.code_batch.c.batch))
    }


def _require_open(connection: Connection, wave: Wave) -> None:
    found = connection.execute(select(tables.wave.c.state).where(tables.wave.c.id == wave.id))
    if found.scalar_one() != "open":
        raise BoxError(f"The wave '{wave.slug}' is closed: no more codes can be made for it.")


def _add_issued(connection: Connection, wave: Wave, batch: str, more: int) -> None:
    of_batch = {"wave_id": wave.id, "batch": batch}
    table = tables.code_batch
    changed = connection.execute(
        update(table).filter_by(**of_batch).values(issued=table.c.issued + more)
    )
    if not changed.rowcount:
        connection.execute(insert(table), of_batch | {"issued": more})
