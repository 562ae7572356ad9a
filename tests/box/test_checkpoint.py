"""Checkpoints: what leaves with backups is never about fewer answers than the label says."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from boxkit import DEFINITION, World, ballot, make_world, wide_definition
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from forensics_kit import Copies, Loot, carve, is_a_sum
from sqlalchemy import select

from survey.box.checkpoint import LEAST, Checkpoint, checkpoint, least, read_checkpoint
from survey.box.close import close_box
from survey.box.commit import open_state, read_row
from survey.box.errors import StateLost
from survey.box.keys import read_key_file
from survey.box.layout import BoxError, Totals, build_layout
from survey.box.restart import close_with_checkpoint, restart_box
from survey.box.slots import Slots
from survey.box.state import State
from survey.box.waves import box_of, key_file
from survey.instrument.load import parse_definition
from survey.instrument.model import Answers
from survey.store import tables
from survey.store.engine import reading


def answer(number: int) -> Answers:
    return {"role": ("peer", "nurse", "therapist")[number % 3], "pay": 15.0 + number % 17}


def make(folder: Path) -> World:
    return make_world(folder, checkpoints=True)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make(tmp_path)


def fold(world: World, numbers: range, at_once: int = 50) -> None:
    world.fold_all(((answer(n), ballot(n)) for n in numbers), at_once)


def move_on(world: World) -> bytes | None:
    return checkpoint(world.engine, world.config, world.now())


def standing(world: World) -> Checkpoint | None:
    with reading(world.engine) as connection:
        return read_checkpoint(connection, world.wave)


def loot(world: World, *keys: bytes) -> Loot:
    private = read_key_file(key_file(world.config, "north"), world.wave)
    return Loot(box_of(world.engine, world.config, world.wave).binding, private, keys)


def opened(world: World, found: Checkpoint) -> Totals:
    """As the stewards could open it, without the gate."""
    total = found.masked.copy()
    for mask in loot(world).masks(found.seeds):
        total -= mask
    return total


def current_keys(world: World) -> list[bytes]:
    slots = Slots(world.config.state_keys, "north")
    return [key for key in (slots.read(0), slots.read(1)) if key is not None]


def state(world: World) -> State:
    """What is in the box now."""
    box = box_of(world.engine, world.config, world.wave)
    with reading(world.engine) as connection:
        return open_state(box, read_row(connection, box))


def lose(world: World) -> None:
    """As a tmpfs after a restart of the machine."""
    for slot in (0, 1):
        (world.config.state_keys / f"north.{slot}").unlink()


@pytest.mark.parametrize(("groups", "expected"), [(2, 100), (10, 100), (24, 240)])
def test_how_many_answers_have_to_lie_between(groups: int, expected: int) -> None:
    assert least(build_layout(parse_definition(wide_definition(1, groups)))) == expected


def test_none_where_the_wave_does_not_allow_it(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    fold(world, range(2 * LEAST))
    assert move_on(world) is None
    assert move_on(world) is None
    assert world.now().checkpoints is False


def test_it_leaves_once_as_many_answers_came_after_it_as_before(world: World) -> None:
    fold(world, range(LEAST - 1))
    assert move_on(world) is None  # not even one that waits
    fold(world, range(LEAST - 1, LEAST))
    assert move_on(world) is None
    fold(world, range(LEAST, 2 * LEAST - 1), at_once=1)
    assert move_on(world) is None
    fold(world, range(2 * LEAST - 1, 2 * LEAST))
    assert move_on(world) is not None
    found = standing(world)
    assert found is not None
    assert found.responses == LEAST
    assert (opened(world, found) == world.counted([answer(n) for n in range(LEAST)])).all()


def test_folding_goes_on_with_one_that_waits(world: World) -> None:
    fold(world, range(LEAST))
    move_on(world)
    fold(world, range(LEAST, LEAST + 30), at_once=1)
    closed = close_box(world.engine, world.config, world.now(), "2026-11")
    assert closed.responses == LEAST + 30
    assert (world.opened() == world.counted([answer(n) for n in range(LEAST + 30)])).all()
    assert count(world, "next_checkpoint") == 0


def count(world: World, name: str) -> int:
    with reading(world.engine) as connection:
        return len(connection.execute(select(tables.metadata.tables[name])).all())


@dataclass
class Case:
    """A wave with checkpoints of which everything was copied after every commit."""

    world: World
    copies: Copies = field(default_factory=Copies)
    backups: list[Checkpoint] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    """Of every state, and of every checkpoint that waited."""


def pieces(data: Path) -> Iterator[bytes]:
    for path in sorted(data.glob("survey.db*")):
        content = path.read_bytes()
        yield from (content[at : at + 4096] for at in range(0, len(content), 4096))


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """720 answers, five or twenty at a time, and a backup after each commit."""
    case, at = Case(make(tmp_path_factory.mktemp("case"))), 0
    while at < 720:
        size = 5 if at % 100 > 60 else 20
        fold(case.world, range(at, at + size))
        at += size
        move_on(case.world)
        case.copies.add(pieces(case.world.config.data))
        case.keys += [*current_keys(case.world), state(case.world).checkpoint_key]
        found = standing(case.world)
        if found is not None and found.responses not in [b.responses for b in case.backups]:
            case.backups.append(found)
    close_box(case.world.engine, case.world.config, case.world.now(), "2026-11")
    return case


def test_all_backups_and_the_closed_box_yield_only_sums_of_many(case: Case) -> None:
    """With the stewards' key: every state that there is, and every difference of two of them."""
    world = case.world
    totals = {b.responses: opened(world, b) for b in case.backups}
    totals |= {720: world.opened(), 0: np.zeros(world.wave.layout.size, np.uint32)}
    assert len(case.backups) == 6
    for responses, total in totals.items():
        assert (total == world.counted([answer(n) for n in range(responses)])).all()
    between = [abs(one - two) for one, two in combinations(totals, 2)]
    assert min(between) >= LEAST


def test_seeds_of_backups_split_noise_in_no_other_way(case: Case) -> None:
    """A masked total less the masks of another checkpoint, in whatever direction, is noise."""
    world = case.world
    for one, two in combinations(case.backups, 2):
        assert set(one.seeds) < set(two.seeds)
        wrong = two.masked.copy()
        for mask in loot(world).masks(one.seeds):
            wrong -= mask
        assert not is_a_sum(wrong, 720)
        right = two.masked - one.masked
        for mask in loot(world).masks(sorted(set(two.seeds) - set(one.seeds))):
            right -= mask
        assert int(right.max()) <= two.responses - one.responses >= LEAST


def test_what_waits_opens_with_nothing_that_was_copied(case: Case) -> None:
    """It lies in the database; its key lies in the box, whose own key is nowhere."""
    assert len(set(case.keys)) > 50
    assert case.copies.first_seen([key for key in case.keys if key]) == {}
    carved = carve(b"".join(case.copies.pieces), loot(case.world).binding, case.keys[-1:])
    assert carved == []


def test_who_has_the_running_server_and_the_stewards_key_sees_the_one_that_waits(
    world: World,
) -> None:
    """Said openly in the threat model: here the difference is one answer."""
    fold(world, range(LEAST))
    move_on(world)
    fold(world, range(LEAST, LEAST + 1))
    with reading(world.engine) as connection:
        waits = connection.execute(select(tables.next_checkpoint)).one()
    binding = box_of(world.engine, world.config, world.wave).binding
    aead = AESGCM(state(world).checkpoint_key)
    body = aead.decrypt(bytes(12), waits.body, binding.associated + b" checkpoint")
    assert np.frombuffer(body, "<u4", world.wave.layout.size).any()


def test_a_lost_wave_can_be_closed_with_its_checkpoint(world: World) -> None:
    fold(world, range(LEAST))
    move_on(world)
    fold(world, range(LEAST, 2 * LEAST + 7))
    move_on(world)
    with pytest.raises(BoxError, match="not lost"):
        close_with_checkpoint(world.engine, world.config, world.now(), "2026-11")
    lose(world)
    with pytest.raises(StateLost):
        close_box(world.engine, world.config, world.now(), "2026-11")
    with pytest.raises(StateLost):
        move_on(world)
    closed = close_with_checkpoint(world.engine, world.config, world.now(), "2026-11")
    assert closed.responses == LEAST
    assert world.now().digest == closed.digest
    assert (world.opened() == world.counted([answer(n) for n in range(LEAST)])).all()
    assert {count(world, name) for name in ("checkpoint", "next_checkpoint", "spent")} == {0}


def test_a_closed_wave_that_is_lost_as_well(world: World) -> None:
    fold(world, range(LEAST))
    move_on(world)
    fold(world, range(LEAST, 2 * LEAST))
    move_on(world)
    close_box(world.engine, world.config, world.now(), "2026-10")
    lose(world)
    closed = close_with_checkpoint(world.engine, world.config, world.now(), "2026-11")
    assert (closed.responses, world.now().closed) == (LEAST, "2026-10")
    assert int(world.opened().max()) <= LEAST


def test_without_a_checkpoint_there_is_nothing_to_close_with(world: World) -> None:
    fold(world, range(LEAST))
    lose(world)
    with pytest.raises(BoxError, match="no checkpoint"):
        close_with_checkpoint(world.engine, world.config, world.now(), "2026-11")
    assert world.now().state == "open"


def test_a_box_started_anew_keeps_no_checkpoint_of_the_lost_one(world: World) -> None:
    """Or the same people's answers, given again, could be subtracted from one another."""
    fold(world, range(LEAST))
    move_on(world)
    fold(world, range(LEAST, 2 * LEAST))
    move_on(world)
    lose(world)
    restart_box(world.engine, world.config, world.now())
    assert (count(world, "checkpoint"), count(world, "next_checkpoint")) == (0, 0)
    fold(world, range(LEAST - 1))
    assert move_on(world) is None


def test_a_wave_is_made_without_them(tmp_path: Path) -> None:
    assert make_world(tmp_path, definition=DEFINITION).wave.checkpoints is False
