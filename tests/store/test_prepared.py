"""What the driver runs by itself is in the same transaction, and fails in the same way."""

from pathlib import Path

import pytest
from boxkit import World, make_world
from sqlalchemy import Connection, bindparam, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from survey.store import tables
from survey.store.prepared import Prepared, Values

pytestmark = pytest.mark.usefixtures("each_store")

ADD = Prepared(insert(tables.spent).values(wave_id=bindparam("wave"), hash=bindparam("hash")))
HASHES = Prepared(
    select(tables.spent.c.hash)
    .where(tables.spent.c.wave_id == bindparam("wave"))
    .order_by(tables.spent.c.hash)
)
NOWHERE = Prepared(text("SELECT nothing FROM nowhere"))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def spent(world: World) -> list[bytes]:
    with world.engine.connect() as connection:
        return [found for (found,) in HASHES.rows(connection, {"wave": world.wave.id})]


def add(connection: Connection, *rows: Values) -> None:
    for row in rows:
        ADD.run(connection, row)


def add_and_commit(connection: Connection, *rows: Values) -> None:
    add(connection, *rows)
    connection.commit()


def test_it_begins_a_transaction_and_stays_in_it(world: World) -> None:
    rows = [{"wave": world.wave.id, "hash": bytes([n]) * 32} for n in (1, 2, 3)]
    with world.engine.connect() as connection:
        ADD.run(connection, rows[0])
        assert connection.in_transaction()
        connection.rollback()
    assert spent(world) == []
    with world.engine.connect() as connection:
        add_and_commit(connection, *rows)
    assert spent(world) == [row["hash"] for row in rows]


def test_bytes_of_every_kind_come_back_as_they_were(world: World) -> None:
    hashes = sorted(bytes(range(n, n + 32)) for n in (0, 60, 112, 224))
    with world.engine.begin() as connection:
        add(connection, *({"wave": world.wave.id, "hash": found} for found in hashes))
    assert spent(world) == hashes


def test_an_error_is_sqlalchemys_and_holds_no_parameters(world: World) -> None:
    row = {"wave": world.wave.id, "hash": b"secret-secret-secret-secret-abcd"}
    with world.engine.connect() as connection:
        with pytest.raises(IntegrityError) as caught:
            add_and_commit(connection, row, row)
        connection.rollback()
        assert not caught.value.connection_invalidated
    assert caught.value.params is None
    assert "secret" not in str(caught.value)


def test_a_lost_connection_is_said_and_not_used_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.engine.connect() as connection:
        monkeypatch.setattr(connection.dialect, "is_disconnect", lambda *_: True)
        with pytest.raises(DBAPIError) as caught:
            NOWHERE.rows(connection, {})
        assert caught.value.connection_invalidated
        assert connection.invalidated
    monkeypatch.undo()
    with world.engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1


def test_an_error_while_rows_are_read_is_said_in_the_same_way(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    if world.engine.dialect.name != "sqlite":
        return  # a server sends all rows with its answer
    # The first row is made when it is run, the second when it is read.
    broken = Prepared(text("SELECT abs(n) FROM (SELECT 1 AS n UNION ALL SELECT (1 << 63))"))
    with world.engine.connect() as connection, pytest.raises(DBAPIError):
        broken.rows(connection, {})
