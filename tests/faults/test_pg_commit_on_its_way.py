"""PostgreSQL: a COMMIT outlives its process and its connection. Its key must be there when it ends.

A trigger makes COMMIT slow. Nobody who looks meanwhile sees what it will bring; whoever wrote over
its key then would lose the wave.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from boxkit import DATABASE, World, ballot, make_world
from sqlalchemy import Connection

from bench.postgres import Server
from survey.box.close import close_box
from survey.box.errors import FoldUnavailable, StateLost
from survey.box.fold import Outcome
from survey.box.slots import Slots
from survey.store import postgres as store

HERE = Path(__file__).parent
PEER = {"role": "peer"}
SLOW = """
CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN PERFORM pg_sleep(0.7); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON box DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION wait()
"""
RUNNING = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND query = 'COMMIT' AND state = %s"


@pytest.fixture
def world(on_postgres: Server, tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path)
    made.folder().fold(made.cells(PEER), ballot(0))
    yield made
    made.engine.dispose()


@pytest.fixture
def slow_commit(world: World, on_postgres: Server) -> Callable[[], None]:
    """COMMIT takes 0.7 s from now on; the function that is returned ends that."""
    database = str(world.engine.url.database)
    on_postgres.command(SLOW, database)
    return lambda: on_postgres.command("DROP TRIGGER slow ON box", database)


def fold(world: World, number: int) -> Outcome:
    return world.folder().fold(world.cells(PEER), ballot(number))


def keys(world: World) -> int:
    slots = Slots(world.config.state_keys, "north")
    return sum(slots.read(slot) is not None for slot in (0, 1))


def committing(world: World, server: Server) -> int:
    """Wait until a COMMIT runs; the number of its server process."""
    with server.connect() as watching:
        for _ in range(1000):
            values = (str(world.engine.url.database), "active")
            if (row := watching.execute(RUNNING, values).fetchone()) is not None:
                return int(str(row[0]))
            time.sleep(0.005)
    raise AssertionError("no COMMIT ran within five seconds")


@contextmanager
def meanwhile(action: Callable[[], object]) -> Iterator[None]:
    """Do something in another thread."""
    thread = Thread(target=action)
    thread.start()
    yield
    thread.join()


@pytest.fixture
def wires(monkeypatch: pytest.MonkeyPatch) -> list[socket.socket]:
    """The sockets of connections that commit."""
    found: list[socket.socket] = []
    commit = Connection.commit

    def noted(connection: Connection) -> None:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        found.append(socket.socket(fileno=os.dup(raw.pgconn.socket)))
        commit(connection)

    monkeypatch.setattr(Connection, "commit", noted)
    return found


def cut(world: World, server: Server, wires: list[socket.socket]) -> Callable[[], None]:
    """The connection is lost while its COMMIT runs, which the server does not notice."""

    def pull_the_plug() -> None:
        committing(world, server)
        wires[-1].shutdown(socket.SHUT_RDWR)

    return pull_the_plug


def totals_are_of(world: World, count: int) -> None:
    assert keys(world) == 1
    assert close_box(world.engine, world.config, world.now(), "2026-11").responses == count
    assert (world.opened() == world.counted([PEER] * count)).all()


def test_a_connection_is_lost_and_the_commit_comes_about(
    world: World,
    slow_commit: Callable[[], None],
    on_postgres: Server,
    wires: list[socket.socket],
) -> None:
    """The new connection waits for the end of the old transaction: the worker is thanked."""
    with meanwhile(cut(world, on_postgres, wires)):
        assert fold(world, 1) is Outcome.COUNTED
    slow_commit()
    assert fold(world, 1) is Outcome.ALREADY
    totals_are_of(world, 2)


def test_a_transaction_is_ended_in_its_commit_and_does_not_come_about(
    world: World, slow_commit: Callable[[], None], on_postgres: Server
) -> None:
    def end() -> None:
        on_postgres.command(f"SELECT pg_terminate_backend({committing(world, on_postgres)})")

    with meanwhile(end), pytest.raises(FoldUnavailable, match="try again"):
        fold(world, 1)
    assert keys(world) == 1
    slow_commit()
    assert fold(world, 1) is Outcome.COUNTED
    totals_are_of(world, 2)


def test_a_process_is_killed_and_its_commit_comes_about(
    world: World, slow_commit: Callable[[], None], on_postgres: Server
) -> None:
    program = "import sys, storm; storm.fold_all(storm.Path(sys.argv[1]), [1], 1, False)"
    environment = os.environ | {
        DATABASE: world.config.database_url,
        "PYTHONPATH": os.pathsep.join(map(str, (HERE.parents[1], HERE.parent, HERE))),
    }
    command = [sys.executable, "-c", program, str(world.config.data.parent)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    committing(world, on_postgres)
    process.send_signal(signal.SIGKILL)
    assert process.communicate()[0] == b"ready\n"  # it acknowledged nothing
    assert keys(world) == 2
    assert fold(world, 2) is Outcome.COUNTED
    slow_commit()
    assert fold(world, 1) is Outcome.ALREADY
    totals_are_of(world, 3)


def test_without_the_lock_the_wave_would_be_lost(
    world: World,
    slow_commit: Callable[[], None],
    on_postgres: Server,
    wires: list[socket.socket],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The scene is real: a look at the row alone says that nothing came about, and then it does."""
    with monkeypatch.context() as patch:
        patch.setitem(store._BEGIN, "write", store._BEGIN["write"][:1])
        with meanwhile(cut(world, on_postgres, wires)), pytest.raises(FoldUnavailable):
            fold(world, 1)
    slow_commit()  # waits for the end of the transaction
    with pytest.raises(StateLost):
        fold(world, 2)
