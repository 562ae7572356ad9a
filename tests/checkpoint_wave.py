"""A wave with checkpoints: how it is filled, and what can be taken from it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from boxkit import World, ballot, make_world
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from forensics_kit import Copies, Loot
from sqlalchemy import select

from survey.box.checkpoint import Checkpoint, checkpoint, read_checkpoint
from survey.box.commit import open_state, read_row
from survey.box.keys import read_key_file
from survey.box.layout import Totals
from survey.box.slots import Slots
from survey.box.state import State
from survey.box.waves import box_of, key_file
from survey.instrument.model import Answers
from survey.store import tables
from survey.store.engine import reading

ANSWERS = 720
"""Of the wave that is copied."""


def answer(number: int) -> Answers:
    return {"role": ("peer", "nurse", "therapist")[number % 3], "pay": 15.0 + number % 17}


def make(folder: Path) -> World:
    return make_world(folder, checkpoints=True)


def fold(world: World, numbers: range, at_once: int = 50) -> None:
    world.fold_all(((answer(n), ballot(n)) for n in numbers), at_once)


def move_on(world: World) -> bytes | None:
    return checkpoint(world.engine, world.config, world.now())


def standing(world: World) -> Checkpoint | None:
    """The one that was let out last."""
    with reading(world.engine) as connection:
        return read_checkpoint(connection, world.wave)


def waiting(world: World) -> bytes | None:
    """The one that waits, as it lies in the database."""
    with reading(world.engine) as connection:
        return connection.execute(select(tables.next_checkpoint.c.body)).scalar_one_or_none()


def inside(world: World, waits: bytes, key: bytes) -> bytes | None:
    """Totals and seeds of one that waits; None where that is not its key."""
    bound = box_of(world.engine, world.config, world.wave).binding.associated + b" checkpoint"
    try:
        return AESGCM(key).decrypt(bytes(12), waits, bound)
    except InvalidTag:
        return None


def state(world: World) -> State:
    """What is in the box now."""
    box = box_of(world.engine, world.config, world.wave)
    with reading(world.engine) as connection:
        return open_state(box, read_row(connection, box))


def loot(world: World, *keys: bytes) -> Loot:
    private = read_key_file(key_file(world.config, "north"), world.wave)
    return Loot(box_of(world.engine, world.config, world.wave).binding, private, keys)


def opened(world: World, found: Checkpoint) -> Totals:
    """As the stewards could open it, without the gate."""
    total = found.masked.copy()
    for mask in loot(world).masks(found.seeds):
        total -= mask
    return total


@dataclass
class Case:
    """A wave with checkpoints of which everything was copied after every commit."""

    world: World
    take: Callable[[World], Iterable[bytes]]
    """What a copy of the database's files is at this moment, cut into pieces."""
    copies: Copies = field(default_factory=Copies)
    backups: list[Checkpoint] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    """Every state key there was; the attacker has the last one only."""
    blobs: list[bytes] = field(default_factory=list)
    waited: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Each checkpoint that ever waited, and its key."""

    @property
    def loot(self) -> Loot:
        """What was there to take just before the closing."""
        return loot(self.world, self.keys[-1])

    def copy(self) -> None:
        """What a backup takes along at this moment, and what an attacker does."""
        world = self.world
        self.copies.add(self.take(world))
        slots = Slots(world.config.state_keys, "north")
        self.keys += [key for key in (slots.read(0), slots.read(1)) if key is not None]
        with reading(world.engine) as connection:
            self.blobs.append(connection.execute(select(tables.box.c.blob)).scalar_one())
        waits = waiting(world), state(world).checkpoint_key
        if waits[0] is not None and waits not in self.waited:
            self.waited.append(waits)
        found = standing(world)
        if found is not None and found.responses not in [b.responses for b in self.backups]:
            self.backups.append(found)


def run(world: World, take: Callable[[World], Iterable[bytes]]) -> Case:
    """Fold all answers, five or twenty at a time, with a backup after each commit."""
    case, at = Case(world, take), 0
    while at < ANSWERS:
        size = 5 if at % 100 > 60 else 20
        fold(world, range(at, at + size))
        at += size
        move_on(world)
        case.copy()
    return case
