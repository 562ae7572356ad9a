"""Codes of a wave: the hashes of all that were made and not taken back, by batch.

That one was used says `spent` alone. So a batch can be taken back as a whole, used codes with the
others, and afterwards nothing tells them apart (docs/decisions/0008).
"""

from collections.abc import Collection

from sqlalchemy import Connection, Engine, Select, delete, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from survey.box.errors import storing
from survey.box.layout import BoxError
from survey.box.model import UNCLOSED, Wave
from survey.box.state import HASH
from survey.box.waves import box_of
from survey.config import Config
from survey.store import tables


@storing()
def issue_codes(engine: Engine, wave: Wave, hashes: Collection[bytes], batch: str = "") -> None:
    """Add codes (keyed hashes, 32 bytes each) to a batch: "" or such as "worksite=north".

    Raises BoxError where the wave is closed, takes no codes or has a hash already; FoldUnavailable.
    """
    if wave.access != "codes":
        raise BoxError(f"The wave '{wave.slug}' is an open link: it takes no codes.")
    if any(len(found) != HASH for found in hashes) or len(set(hashes)) != len(hashes):
        raise ValueError(f"code hashes must be distinct and {HASH} bytes long")
    rows = [{"wave_id": wave.id, "hash": h, "batch": batch} for h in sorted(hashes)]
    try:
        with engine.begin() as connection:
            _require_unclosed(connection, wave)
            if rows:
                connection.execute(insert(tables.code), rows)
                _add_issued(connection, wave, batch, len(rows))
    except IntegrityError as error:
        raise BoxError(f"A code of wave '{wave.slug}' was already made before.") from error


@storing()
def revoke(engine: Engine, config: Config, wave: Wave, batch: str) -> None:
    """Take back every code of a batch, used or not: whoever shows one is told it is not known.

    What was counted stays counted, since nobody can tell which answers those were. The batch stands
    with 0 issued codes until new ones are made for it. Raises BoxError where the wave is closed or
    has no code in that batch, FoldUnavailable.
    """
    of_batch = {"wave_id": wave.id, "batch": batch}
    with box_of(engine, config, wave).slots.lock(), engine.begin() as connection:
        _require_unclosed(connection, wave)
        gone = connection.execute(delete(tables.code).filter_by(**of_batch))
        if not gone.rowcount:
            name = f"batch '{batch}'" if batch else "batch for everybody"
            raise BoxError(f"The wave '{wave.slug}' has no codes in the {name}.")
        connection.execute(update(tables.code_batch).filter_by(**of_batch).values(issued=0))


def batches(connection: Connection, wave: Wave) -> dict[str, tuple[int, int]]:
    """Per batch: codes that are among the spent ones, and codes issued. Exact: floor it.

    (0, 0): all its codes were taken back.
    """
    issued = select(tables.code_batch).where(tables.code_batch.c.wave_id == wave.id)
    unused = {row.batch: row.unused for row in connection.execute(_unused(wave))}
    return {
        row.batch: (row.issued - unused.get(row.batch, 0), row.issued)
        for row in connection.execute(issued.order_by(tables.code_batch.c.batch))
    }


def _unused(wave: Wave) -> Select[tuple[str, int]]:
    code, spent = tables.code.c, tables.spent.c
    used = exists().where(spent.wave_id == code.wave_id, spent.hash == code.hash)
    counts = select(code.batch, func.count().label("unused")).where(code.wave_id == wave.id, ~used)
    return counts.group_by(code.batch)


def _require_unclosed(connection: Connection, wave: Wave) -> None:
    found = connection.execute(select(tables.wave.c.state).where(tables.wave.c.id == wave.id))
    if found.scalar_one() not in UNCLOSED:
        raise BoxError(
            f"The wave '{wave.slug}' is closed: no more codes can be made for it, nor taken back."
        )


def _add_issued(connection: Connection, wave: Wave, batch: str, more: int) -> None:
    of_batch = {"wave_id": wave.id, "batch": batch}
    table = tables.code_batch
    changed = connection.execute(
        update(table).filter_by(**of_batch).values(issued=table.c.issued + more)
    )
    if not changed.rowcount:
        connection.execute(insert(table), of_batch | {"issued": more})
