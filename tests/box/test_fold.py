"""Folding: counted once, durable, by many threads and processes, and never by a lost key."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from boxkit import World, ballot, coded, hashed, make_world, new_wave
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from survey.box.close import close_box
from survey.box.codes import issue_codes
from survey.box.errors import StateLost
from survey.box.fold import Ballots, Folder, FoldUnavailable, Outcome, fold_many
from survey.box.slots import Slots
from survey.box.state import FLUSH
from survey.box.waves import create_wave
from survey.instrument.model import Answers
from survey.store import tables
from survey.store.pipeline import Pipeline
from survey.store.prepared import Cursors

pytestmark = pytest.mark.usefixtures("each_store")

PEER: Answers = {"role": "peer", "pay": 17.0, "leave": "likely", "why": frozenset({"pay"})}
NURSE: Answers = {"role": "nurse", "caseload": 40.0, "benefits": frozenset({"health", "time"})}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.fixture
def with_codes(tmp_path: Path) -> World:
    """A wave with codes 0 to 99."""
    made = make_world(tmp_path, access="codes")
    issue_codes(made.engine, made.wave, [hashed(f"code {i}") for i in range(100)])
    return made


def close(world: World) -> int:
    return close_box(world.engine, world.config, world.now(), "2026-11").responses


def rows(world: World, table: str) -> int:
    with world.engine.connect() as connection:
        found = connection.execute(select(func.count()).select_from(tables.metadata.tables[table]))
        return int(found.scalar_one())


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from([PEER, NURSE, {}]), st.integers(0, 40)), max_size=60))
def test_the_opened_totals_are_the_sum_of_first_ballots(
    tmp_path_factory: pytest.TempPathFactory, sent: list[tuple[Answers, int]]
) -> None:
    world = make_world(tmp_path_factory.mktemp("w"))
    folder, first = world.folder(), dict[int, Answers]()
    for answers, number in sent:
        outcome = folder.fold(world.cells(answers), ballot(number))
        assert outcome is (Outcome.ALREADY if number in first else Outcome.COUNTED)
        first.setdefault(number, answers)
    assert close(world) == len(first)
    assert (world.opened() == world.counted(list(first.values()))).all()
    world.engine.dispose()


def test_a_replay_counts_once_before_and_after_its_hash_left_the_blob(world: World) -> None:
    folder = world.folder()
    for number in range(2 * FLUSH):
        assert folder.fold(world.cells(PEER), ballot(number)) is Outcome.COUNTED
        assert folder.fold(world.cells(PEER), ballot(number // 2)) is Outcome.ALREADY
    assert close(world) == 2 * FLUSH


def statements(world: World, ballots: Ballots) -> list[str]:
    """What the database was asked to do while these were folded."""
    asked: list[str] = []

    def note(patched: pytest.MonkeyPatch, way: type, name: str) -> None:
        run = getattr(way, name)

        def noted(self: object, statement: str, *given: Any) -> Any:
            asked.append(statement)
            return run(self, statement, *given)

        patched.setattr(way, name, noted)

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(world.engine, "before_cursor_execute", listen)
    with pytest.MonkeyPatch.context() as patched:
        for way in (Cursors, Pipeline):
            note(patched, way, "put")
            note(patched, way, "rows")
        world.folder().fold(world.cells(PEER), ballots)
    event.remove(world.engine, "before_cursor_execute", listen)
    return asked


def test_a_used_ballot_does_all_that_a_fresh_one_does(with_codes: World) -> None:
    """So that a list of slips and a clock cannot tell who took part."""
    fresh = statements(with_codes, coded(1))
    assert any("UPDATE box" in statement for statement in fresh)
    assert statements(with_codes, coded(1)) == fresh  # form and code used
    assert statements(with_codes, coded(2, code=1)) == fresh  # a fresh form, a used code
    assert statements(with_codes, coded(1, code=2)) == fresh
    assert rows(with_codes, "seed") == 4
    for number in range(3, 3 + FLUSH):
        with_codes.folder().fold(with_codes.cells({}), coded(number))
    assert statements(with_codes, coded(2, code=1)) == fresh  # after its hash left the blob
    assert statements(with_codes, coded(50)) == fresh


def test_a_replay_puts_the_same_total_under_a_new_key_and_mask(world: World) -> None:
    folder, slots = world.folder(), Slots(world.config.state_keys, "north")
    folder.fold(world.cells(PEER), ballot(1))
    before = [slots.read(slot) for slot in (0, 1)]
    assert folder.fold(world.cells(NURSE), ballot(1)) is Outcome.ALREADY
    assert set(before) & {slots.read(slot) for slot in (0, 1)} == {None}
    assert rows(world, "seed") == 2
    assert close(world) == 1
    assert (world.opened() == world.counted([PEER])).all()


def test_an_unknown_code_commits_nothing(with_codes: World) -> None:
    slots = Slots(with_codes.config.state_keys, "north")
    before = [slots.read(slot) for slot in (0, 1)]
    with_codes.folder().fold(with_codes.cells(PEER), coded(1, code=100))
    assert [slots.read(slot) for slot in (0, 1)] == before


def test_every_commit_has_a_new_key_and_leaves_one(world: World) -> None:
    slots, keys = Slots(world.config.state_keys, "north"), set()
    for number in range(10):
        world.folder().fold(world.cells(PEER), ballot(number))
        (key,) = [k for k in (slots.read(0), slots.read(1)) if k is not None]
        keys.add(key)
    assert len(keys) == 10


def test_hashes_leave_25_ballots_at_a_time(world: World) -> None:
    folder, left = world.folder(), []
    for number in range(2 * FLUSH + 1):
        folder.fold(world.cells({}), ballot(number))
        left.append(rows(world, "spent"))
    assert left == [0] * (FLUSH - 1) + [FLUSH] * FLUSH + [2 * FLUSH] * 2


def test_a_code_counts_once_and_tells_nobody(with_codes: World) -> None:
    folder = with_codes.folder()
    assert folder.fold(with_codes.cells(PEER), coded(1)) is Outcome.COUNTED
    assert folder.fold(with_codes.cells(NURSE), coded(2, code=1)) is Outcome.ALREADY
    assert folder.fold(with_codes.cells(NURSE), coded(1, code=2)) is Outcome.ALREADY
    assert folder.fold(with_codes.cells(NURSE), coded(2)) is Outcome.COUNTED
    for number in range(3, 60):
        folder.fold(with_codes.cells({}), coded(number))
    assert folder.fold(with_codes.cells(NURSE), coded(200, code=1)) is Outcome.ALREADY
    assert close(with_codes) == 59


def test_an_unknown_or_missing_code_does_not_count(with_codes: World) -> None:
    folder = with_codes.folder()
    assert folder.fold(with_codes.cells(PEER), coded(1, code=100)) is Outcome.UNKNOWN_CODE
    assert folder.fold(with_codes.cells(PEER), ballot(1)) is Outcome.UNKNOWN_CODE
    assert folder.fold(with_codes.cells(PEER), coded(1)) is Outcome.COUNTED
    assert close(with_codes) == 1


def test_made_up_answers_need_no_codes(tmp_path: Path) -> None:
    world = make_world(tmp_path, access="codes", origin="simulated")
    assert world.folder().fold(world.cells(PEER), ballot(1)) is Outcome.COUNTED


def test_the_table_of_codes_never_tells_that_one_was_used(with_codes: World) -> None:
    for number in range(FLUSH):
        assert rows(with_codes, "spent") == 0
        with_codes.folder().fold(with_codes.cells({}), coded(number))
        assert rows(with_codes, "code") == 100
    assert rows(with_codes, "spent") == 2 * FLUSH


def test_a_closed_wave_takes_nothing(world: World) -> None:
    folder = world.folder()
    folder.fold(world.cells(PEER), ballot(1))
    close(world)
    assert folder.fold(world.cells(PEER), ballot(2)) is Outcome.CLOSED
    assert folder.fold(world.cells(PEER), ballot(1)) is Outcome.CLOSED
    assert (world.opened() == world.counted([PEER])).all()


def test_two_pools_of_threads_count_every_ballot_once(world: World) -> None:
    """Each ballot is sent by both pools, twice: as two servers would, with clients that retry."""
    sent = [n for n in range(100) for _ in range(2)]
    cells = world.cells(PEER)

    def send_all(folder: Folder) -> list[Outcome]:
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(lambda n: folder.fold(cells, ballot(n)), sent))

    with ThreadPoolExecutor(2) as servers:
        both = list(servers.map(send_all, (world.folder(), world.folder())))
    assert Counter(o for some in both for o in some) == {
        Outcome.COUNTED: 100,
        Outcome.ALREADY: 300,
    }
    assert close(world) == 100
    assert (world.opened() == world.counted([PEER] * 100)).all()


def test_those_who_wait_share_a_commit(world: World) -> None:
    folder, slots = world.folder(), Slots(world.config.state_keys, "north")
    with ThreadPoolExecutor(20) as pool:
        with slots.lock():
            done = [pool.submit(folder.fold, world.cells({}), ballot(n)) for n in range(20)]
            wait_until(lambda: len(folder._waiting) == 20)
        assert {d.result() for d in done} == {Outcome.COUNTED}
    assert rows(world, "seed") == 1


def wait_until(true: Callable[[], bool]) -> None:
    """At most five seconds."""
    pause = threading.Event()
    for _ in range(5000):
        if true():
            return
        pause.wait(0.001)
    raise AssertionError("it never came true")


def test_past_patience_a_worker_is_told_to_try_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.box.fold.PATIENCE", 0.3)
    folder, slots = world.folder(), Slots(world.config.state_keys, "north")
    with ThreadPoolExecutor(4) as pool, slots.lock():
        done = [pool.submit(folder.fold, world.cells({}), ballot(n)) for n in range(3)]
        wait_until(lambda: len(folder._waiting) == 3)
        for one in done:
            with pytest.raises(FoldUnavailable, match="try again"):
                one.result()
    assert folder.fold(world.cells({}), ballot(1)) is Outcome.COUNTED
    assert close(world) == 1


def test_what_goes_wrong_reaches_every_thread_and_counts_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a bug")

    folder, slots = world.folder(), Slots(world.config.state_keys, "north")
    with monkeypatch.context() as patch, ThreadPoolExecutor(4) as pool:
        patch.setattr("survey.box.fold.fold_group", fail)
        with slots.lock():
            done = [pool.submit(folder.fold, world.cells({}), ballot(n)) for n in range(4)]
            wait_until(lambda: len(folder._waiting) == 4)
        for one in done:
            with pytest.raises(RuntimeError, match="a bug"):
                one.result()
    assert folder.fold(world.cells({}), ballot(1)) is Outcome.COUNTED


@pytest.mark.parametrize("how", ["zeroed", "removed", "of another state"])
def test_a_lost_state_key_is_said_plainly(world: World, how: str) -> None:
    world.folder().fold(world.cells(PEER), ballot(1))
    path = world.config.state_keys / "north.1"
    if how == "removed":
        path.unlink()
    else:
        path.write_bytes(bytes(32) if how == "zeroed" else b"k" * 32)
    with pytest.raises(StateLost, match=r"wave 'north' so far are lost.*start the box anew"):
        world.folder().fold(world.cells(PEER), ballot(2))


@pytest.mark.parametrize("cells", [[-1], [10**6]])
def test_a_cell_outside_the_layout_spoils_nothing(world: World, cells: list[int]) -> None:
    with pytest.raises(ValueError, match="outside the layout"):
        world.folder().fold(np.array(cells), ballot(1))
    assert world.folder().fold(world.cells(PEER), ballot(1)) is Outcome.COUNTED


def test_a_hash_of_another_length_is_refused(world: World) -> None:
    for wrong in (Ballots(b"short"), Ballots(b"f" * 32, b"short")):
        with pytest.raises(ValueError, match="32 bytes"):
            world.folder().fold(world.cells(PEER), wrong)


def test_folding_many_counts_each_once_in_few_commits(world: World) -> None:
    numbers = [*range(250), *range(50), 7, 7]
    responses = ((world.cells(PEER), ballot(n)) for n in numbers)
    outcomes = list(fold_many(world.engine, world.config, world.wave, responses))
    assert outcomes == [Outcome.COUNTED] * 250 + [Outcome.ALREADY] * 52
    assert rows(world, "seed") == 4  # the last 52 were counted before, and cost the same
    assert close(world) == 250
    assert (world.opened() == world.counted([PEER] * 250)).all()


def test_waves_do_not_mix(tmp_path: Path) -> None:
    one = make_world(tmp_path)
    south = create_wave(one.engine, one.config, new_wave("south"))
    assert one.folder().fold(one.cells(PEER), ballot(1)) is Outcome.COUNTED
    other = World(one.config, one.engine, south)
    assert other.folder().fold(other.cells(NURSE), ballot(1)) is Outcome.COUNTED
    close(one)
    close(other)
    assert (one.opened() == one.counted([PEER])).all()
    assert (other.opened() == other.counted([NURSE])).all()


def test_what_another_process_committed_is_not_overwritten(world: World) -> None:
    first, second = world.folder(), world.folder()
    for number in range(6):
        (first, second)[number % 2].fold(world.cells(PEER), ballot(number))
    assert close(world) == 6
