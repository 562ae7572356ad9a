"""PostgreSQL's own disk is full: nothing acknowledged is lost or doubled; with room, all works.

Where a table cannot grow, the server refuses the statement. Where its write-ahead log cannot, it
ends in the middle of a COMMIT, and does not start again before there is room.
"""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import boxkit
import numpy as np
import psycopg
import pytest
from boxkit import World, ballot, config_in, databases_of, make_world, wide_definition
from browsing import check_page, text
from factories import EXAMPLE
from senders import all_the_while, every_ballot_counted_once, send_all
from smalldisk import SmallDisk, put_log_on, put_tables_on, small_disk
from sqlalchemy import func, select

from bench.postgres import NoServer, Server, throwaway
from survey import create_app
from survey.box import commit
from survey.box.close import close_box
from survey.box.destroy import resume_destruction
from survey.box.errors import FoldUnavailable
from survey.box.fold import Folder, Outcome
from survey.box.keys import read_key_file
from survey.box.recover import recover
from survey.box.slots import Slots
from survey.box.waves import NewWave, create_wave, key_file
from survey.release.ceremony import preview, publish
from survey.release.published import published_body
from survey.release.serialize import to_json
from survey.store import tables
from survey.store.engine import make_engine, reading
from survey.store.migrate import upgrade
from survey.web.services import Services

SEGMENT = 16 * 1024 * 1024
"""Bytes of a file of the log: it grows by a whole one."""


@pytest.fixture(scope="module")
def disk() -> Iterator[SmallDisk]:
    """For the tables, whatever is made from the database "migrated"."""
    with small_disk(megabytes=32) as made:
        yield made


@pytest.fixture(scope="module")
def log_disk() -> Iterator[SmallDisk]:
    """For the write-ahead log."""
    with small_disk(megabytes=8 * SEGMENT // 1024**2) as made:
        yield made


@pytest.fixture(scope="module")
def server(disk: SmallDisk, log_disk: SmallDisk) -> Iterator[Server]:
    """One that nobody else uses. It clears no dead rows, which would make room."""
    with throwaway(in_memory=True) as made:
        made.command("ALTER SYSTEM SET autovacuum = off")
        put_log_on(made, log_disk)
        put_tables_on(made, disk, "migrated")
        engine = make_engine(made.url("migrated"))
        upgrade(engine)
        engine.dispose()
        yield made


@pytest.fixture(autouse=True)
def installations(
    server: Server, disk: SmallDisk, log_disk: SmallDisk, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Each has a database on the small disk, which has room before and after."""
    monkeypatch.setattr(commit, "RECONNECT", 0.5)  # nobody brings the server back that soon
    with databases_of(server) as url_of:
        monkeypatch.setattr(boxkit, "url_of", url_of)
        yield
        disk.make_room()
        log_disk.make_room()


@pytest.fixture
def world(server: Server, tmp_path: Path) -> Iterator[World]:
    """A wave of some thousand cells: ballot n adds one to cell n."""
    made = make_world(tmp_path, definition=wide_definition(questions=2))
    server.command("CHECKPOINT")  # a new database's blocks are not on the disk before
    yield made
    made.engine.dispose()


def fold(folder: Folder, number: int) -> Outcome:
    return folder.fold(np.array([number]), ballot(number))


def fold_until_it_fails(folder: Folder, number: int) -> tuple[int, BaseException | None]:
    """From that ballot on; the first that was not counted, and why."""
    for each in range(number, number + 500):
        try:
            assert fold(folder, each) is Outcome.COUNTED
        except FoldUnavailable as error:
            return each, error.__cause__
    raise AssertionError("the disk is not full")


def keys(world: World) -> int:
    slots = Slots(world.config.state_keys, "north")
    return sum(slots.read(slot) is not None for slot in (0, 1))


def refused(error: BaseException | None) -> str:
    """The file that the server could not make larger."""
    assert isinstance(getattr(error, "orig", None), psycopg.errors.DiskFull)
    found = re.search(r'could not extend file "[^"]*/(\d+)"', str(error))
    assert found is not None, error
    return found[1]


def test_a_table_cannot_grow_whichever_it_is(world: World, disk: SmallDisk) -> None:
    folder, files, number = world.folder(), set(), 0
    for pages in range(9):
        disk.fill(pages)
        number, why = fold_until_it_fails(folder, number)
        files.add(refused(why))
        with pytest.raises(FoldUnavailable):
            fold(folder, number)
        disk.make_room()
        assert fold(folder, number) is Outcome.COUNTED
        assert fold(folder, number) is Outcome.ALREADY
        assert keys(world) == 1
        number += 1
    assert len(files) > 1
    every_ballot_counted_once(world, number)


def test_many_answer_while_the_disk_fills_and_is_cleared(world: World, disk: SmallDisk) -> None:
    def fill_and_clear() -> None:
        disk.fill()
        time.sleep(0.05)
        disk.make_room()

    with all_the_while(fill_and_clear, pause=0.05):
        workers = send_all(world)
    assert workers.refused > 0
    every_ballot_counted_once(world)


def test_the_page_says_try_again_and_then_works(
    server: Server, disk: SmallDisk, tmp_path: Path
) -> None:
    app = create_app(config_in(tmp_path))
    services: Services = app.extensions["survey"]
    wave = create_wave(
        services.engine, services.config, NewWave("fall", EXAMPLE, "c", "C", access="open")
    )
    server.command("CHECKPOINT")
    visitor = app.test_client()
    disk.fill()
    tag = check_page(visitor.get("/s/fall")).select_one("input[name=form]")
    assert tag is not None
    data = {"form": str(tag["value"]), "pay": "23.50"}
    for _ in range(2):
        sent = visitor.post("/s/fall", data=data)
        assert sent.headers["Retry-After"]
        soup = check_page(sent, 503)
        assert "Nothing was counted" in text(soup.select_one(".error-summary"))
    disk.make_room()
    for _ in range(2):
        assert visitor.post("/s/fall", data=data).status_code == 303
    assert close_box(services.engine, services.config, wave, "2026-11").responses == 1
    services.engine.dispose()


def test_closing_leaves_the_wave_open(world: World, disk: SmallDisk) -> None:
    assert {fold(world.folder(), number) for number in range(10)} == {Outcome.COUNTED}
    disk.fill()
    with pytest.raises(FoldUnavailable):
        close_box(world.engine, world.config, world.now(), "2026-11")
    assert world.now().state == "open"
    disk.make_room()
    assert fold(world.folder(), 10) is Outcome.COUNTED
    every_ballot_counted_once(world, 11)


def test_publishing_leaves_the_wave_closed(server: Server, disk: SmallDisk, tmp_path: Path) -> None:
    world = make_world(tmp_path)
    people = [{"role": ("peer", "nurse")[number % 2]} for number in range(40)]
    world.fold_all(((each, ballot(number)) for number, each in enumerate(people)), at_once=10)
    close_box(world.engine, world.config, world.now(), "2026-11")
    key = read_key_file(key_file(world.config, "north"), world.wave)
    server.command("CHECKPOINT")
    disk.fill()
    body = to_json(preview(world.engine, world.config, "north", key))
    with pytest.raises(FoldUnavailable):
        publish(world.engine, world.config, "north", key)
    assert (world.now().state, published_body(world.engine, "north")) == ("closed", None)
    assert resume_destruction(world.engine, world.config) == ()
    assert (world.opened() == world.counted(people)).all()
    disk.make_room()
    publish(world.engine, world.config, "north", key)
    assert published_body(world.engine, "north") == body
    assert left(world) == 0
    world.engine.dispose()


def left(world: World) -> int:
    """Rows of the box, and files of its keys."""
    with reading(world.engine) as connection:
        counted = (
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (tables.box, tables.seed, tables.spent)
        )
        rows = sum(counted)
    return int(rows) + len([*world.config.state_keys.iterdir(), *world.config.private.iterdir()])


def use_up_log(server: Server, left: int) -> None:
    """Write into the log until that many bytes are left of the files that there are."""
    last = max(path.name for path in (server.data / "pg_wal").glob("?" * 24))
    end = (int(last[8:16], 16) * (2**32 // SEGMENT) + int(last[16:], 16) + 1) * SEGMENT
    with server.connect() as connection:
        row = connection.execute("SELECT (pg_current_wal_lsn() - '0/0')::bigint").fetchone()
        assert row is not None
        more = end - int(str(row[0])) - left
        write = "SELECT pg_logical_emit_message(false, 'test', repeat('x', %s), true)"
        connection.execute(write, (more,))


@contextmanager
def log_with(server: Server, log_disk: SmallDisk, left: int) -> Iterator[None]:
    """The log cannot grow by more than that; in the end it can, and the server is started."""
    log_disk.fill()
    use_up_log(server, left)
    try:
        yield
    finally:
        log_disk.make_room()
        server.stop()
        server.start()


def require_gone(server: Server) -> None:
    """It ended by itself, and does not start while its log has no room."""
    server.wait_for_end()
    with pytest.raises(NoServer):
        server.start()
    _, _, why = (server.folder / "log").read_text().rpartition("PANIC:")
    assert why.count("No space left on device") > 1


@pytest.mark.parametrize("room", [100_000, 300_001])
def test_the_log_cannot_grow(world: World, server: Server, log_disk: SmallDisk, room: int) -> None:
    with log_with(server, log_disk, room):
        number, _ = fold_until_it_fails(world.folder(), 0)
        require_gone(server)
        with pytest.raises(FoldUnavailable):
            fold(world.folder(), number)
    assert recover(world.engine, world.config) == ()
    assert keys(world) == 1
    folder = world.folder()
    assert fold(folder, number) in (Outcome.COUNTED, Outcome.ALREADY)
    assert {fold(folder, each) for each in range(number + 1)} == {Outcome.ALREADY}
    every_ballot_counted_once(world, number + 1)


def test_the_log_cannot_grow_while_many_answer(
    world: World, server: Server, log_disk: SmallDisk
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with log_with(server, log_disk, 400_000):
            sent = pool.submit(send_all, world)
            require_gone(server)
        assert sent.result().refused > 0
    every_ballot_counted_once(world)
