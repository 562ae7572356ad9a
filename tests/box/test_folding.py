"""The folding process: whatever becomes of it, each answer is counted once and none is lost."""

import socket
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from boxkit import World, ballot, coded, make_world
from sqlalchemy import func, select

from survey.box import folding
from survey.box.close import close_box
from survey.box.errors import FoldUnavailable, StateLost
from survey.box.fold import Folder, Outcome
from survey.box.folding import LONGEST, SOCKET, Handed, fold_for_others, folding_socket
from survey.box.handing import FoldingProcess, HandingFolder
from survey.box.slots import Slots
from survey.store import tables

PEER = {"role": "peer", "leave": "never", "pay": 22.0}


class Alone(Folder):
    """A folder of a web process that must not be needed."""

    def fold(self, *_: object) -> Outcome:
        """Nobody may come here."""
        raise AssertionError("a web process folded by itself")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.fixture
def running(world: World) -> Iterator[World]:
    """The world, with a folding process (a thread stands for it)."""
    stop = threading.Event()
    with folding_socket(world.config) as listener:
        assert listener is not None
        terms = (world.engine, world.config, listener, lambda: not stop.is_set())
        thread = threading.Thread(target=fold_for_others, args=terms)
        thread.start()
        yield world
        stop.set()
        thread.join()


def handing(world: World, folder: type[Folder] = Alone, patience: float = 20) -> HandingFolder:
    """What a web process folds with."""
    process = FoldingProcess(world.config, patience)
    return HandingFolder(folder(world.engine, world.config, world.wave), process, world.wave)


def fold(world: World, folder: HandingFolder, number: int) -> Outcome:
    """One response."""
    return folder.fold(world.cells(PEER), ballot(number))


def seeds(world: World) -> int:
    """How many commits counted somebody."""
    with world.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(tables.seed)).scalar_one())


def test_no_commit_uses_the_seal_of_another(running: World) -> None:
    # Two states under one mask would show what lies between them: somebody's answers.
    folder = handing(running)
    for number in range(4):
        assert fold(running, folder, number) is Outcome.COUNTED
    with running.engine.connect() as connection:
        made = connection.execute(select(tables.seed.c.sealed)).scalars().all()
    assert len(set(made)) == len(made) == 4


def test_answers_of_many_web_processes_share_commits_and_count_once(
    running: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "SHARE", 20.0)  # a slow machine may take long to start 30 threads
    folders = [handing(running) for _ in range(3)]
    with ThreadPoolExecutor(30) as pool:
        with Slots(running.config.state_keys, "north").lock():
            sent = [pool.submit(fold, running, folders[n % 3], n) for n in range(30)]
            threading.Event().wait(0.4)  # now the first waits for the lock, and the rest for it
        assert {future.result() for future in sent} == {Outcome.COUNTED}
    assert fold(running, folders[1], 7) is Outcome.ALREADY
    assert seeds(running) < 10
    close_box(running.engine, running.config, running.now(), "2026-11")
    assert fold(running, folders[2], 99) is Outcome.CLOSED
    assert (running.opened() == running.counted([PEER] * 30)).all()


def test_others_get_the_lock_and_it_is_asked_to_go_on_however_many_answers_come(
    world: World,
) -> None:
    """Closing needs the lock; and gunicorn ends a process that does not say that it lives."""
    asked, stop, over = [0], threading.Event(), threading.Event()

    def goes_on() -> bool:
        asked[0] += 1
        return not over.is_set()

    def send(folder: HandingFolder, first: int) -> int:
        number = first
        while not stop.is_set():
            assert fold(world, folder, number) is Outcome.COUNTED
            number += 1
        return number - first

    with folding_socket(world.config) as listener, ThreadPoolExecutor(9) as pool:
        assert listener is not None
        pool.submit(fold_for_others, world.engine, world.config, listener, goes_on)
        sent = [pool.submit(send, handing(world), 1_000_000 * n) for n in range(8)]
        try:
            for lately in range(0, 60, 20):
                while seeds(world) < lately + 20:
                    assert not any(one.done() for one in sent)
                    threading.Event().wait(0.01)
                with Slots(world.config.state_keys, "north").lock(8):
                    pass
            stop.set()
            counted = sum(future.result() for future in sent)
        finally:
            stop.set()
            over.set()
    assert asked[0] >= 3
    assert close_box(world.engine, world.config, world.now(), "2026-11").responses == counted
    assert seeds(world) < counted  # they shared commits


def test_a_code_is_judged_there_as_it_is_here(tmp_path: Path) -> None:
    world = make_world(tmp_path, access="codes")
    with folding_socket(world.config) as listener:
        assert listener is not None
        rounds = iter([True, True, True, False])
        terms = (world.engine, world.config, listener, lambda: next(rounds))
        thread = threading.Thread(target=fold_for_others, args=terms)
        thread.start()
        assert handing(world).fold(world.cells(PEER), coded(1)) is Outcome.UNKNOWN_CODE
        thread.join()


def test_without_such_a_process_a_web_process_folds_by_itself(world: World) -> None:
    assert fold(world, handing(world, Folder), 1) is Outcome.COUNTED
    (world.config.state_keys / SOCKET).touch()  # what an old one left
    assert fold(world, handing(world, Folder), 2) is Outcome.COUNTED


def test_a_process_that_dies_before_it_answers_loses_and_doubles_nothing(world: World) -> None:
    with folding_socket(world.config) as listener:
        assert listener is not None
        folder = handing(world, Folder)
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(fold, world, folder, 1)
            listener.setblocking(True)
            connection, _ = listener.accept()
            handed = Handed.read(connection.recv(LONGEST))
            assert world.folder().fold(handed.cells, handed.ballots) is Outcome.COUNTED
            listener.close()
            connection.close()  # it was counted, and nobody is told
            assert sent.result() is Outcome.ALREADY
            assert pool.submit(fold, world, folder, 2).result() is Outcome.COUNTED
    close_box(world.engine, world.config, world.now(), "2026-11")
    assert (world.opened() == world.counted([PEER] * 2)).all()


def test_a_reply_that_comes_too_late_is_nobody_elses(world: World) -> None:
    with folding_socket(world.config) as listener:
        assert listener is not None
        folder = handing(world, patience=0.05)
        with pytest.raises(FoldUnavailable):
            fold(world, folder, 1)
        late, _ = listener.accept()
        with pytest.raises(FoldUnavailable):
            fold(world, folder, 2)
        with pytest.raises(BrokenPipeError):
            late.send(b"counted")


def test_what_it_cannot_do_is_said_by_the_web_process(running: World) -> None:
    folder = handing(running, Folder)
    with pytest.raises(ValueError, match="outside the layout"):
        folder.fold(running.cells(PEER) + running.wave.layout.size, ballot(1))
    Slots(running.config.state_keys, "north").forget()
    with pytest.raises(StateLost):
        fold(running, folder, 2)


def test_cells_of_another_definition_are_never_added(running: World) -> None:
    process = FoldingProcess(running.config)
    other = Handed("north", "00" * 32, running.cells(PEER), ballot(1))
    assert process.ask(other) is None
    unknown = Handed("south", running.wave.fingerprint, running.cells(PEER), ballot(1))
    assert process.ask(unknown) is None
    assert seeds(running) == 0


def test_nobody_else_can_reach_it_and_nonsense_does_not_stop_it(running: World) -> None:
    path = running.config.state_keys / SOCKET
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for nonsense in (b"", b"x", b"\xff" * 200, b"\0" * 50_000):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as stranger:
            stranger.connect(str(path))
            stranger.send(nonsense)
    assert fold(running, handing(running), 1) is Outcome.COUNTED


def test_a_host_has_one_and_another_when_that_is_gone(world: World) -> None:
    with folding_socket(world.config) as first:
        assert first is not None
        with folding_socket(world.config) as second:
            assert second is None
    with folding_socket(world.config) as third:
        assert third is not None
        third.close()
        first.close()
