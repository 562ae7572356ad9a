"""A wave of 200 answers that runs while somebody copies every byte after every commit."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from boxkit import World, coded, hashed, make_world
from forensics_kit import Copies, Loot, sums
from sqlalchemy import select

from survey.box.codes import issue_codes
from survey.box.fold import Outcome, fold_many
from survey.box.keys import read_key_file
from survey.box.layout import Totals
from survey.box.slots import Slots
from survey.box.state import FLUSH
from survey.box.waves import box_of, key_file
from survey.instrument.model import Answers
from survey.store import tables
from survey.store.engine import reading

ANSWERS = 200
SEED = 15
"""Of the sizes of commits."""


def answer(number: int) -> Answers:
    return {"role": ("peer", "nurse", "therapist")[number % 3], "pay": 15.0 + number % 17}


@dataclass
class Case:
    """A wave that ran, and what was copied of it."""

    world: World
    take: Callable[[World], Iterable[bytes]]
    """What a copy of the database's files is at this moment, cut into pieces."""
    copies: Copies = field(default_factory=Copies)
    answered: list[int] = field(default_factory=list)
    """How many answers were counted at each moment."""
    keys: list[bytes] = field(default_factory=list)
    """Every state key there ever was, in order; the attacker has the last one only."""
    blobs: list[bytes] = field(default_factory=list)
    seeds: list[set[bytes]] = field(default_factory=list)

    @property
    def loot(self) -> Loot:
        """What is there to take in the end."""
        world, wave = self.world, self.world.wave
        private = read_key_file(key_file(world.config, "north"), wave)
        return Loot(box_of(world.engine, world.config, wave).binding, private, (self.keys[-1],))

    def copy(self) -> None:
        """What a backup takes along at this moment."""
        self.copies.add(self.take(self.world))
        with reading(self.world.engine) as connection:
            self.blobs.append(connection.execute(select(tables.box.c.blob)).scalar_one())
            self.seeds.append(set(connection.execute(select(tables.seed.c.sealed)).scalars()))
        slots = Slots(self.world.config.state_keys, "north")
        self.keys += [k for k in (slots.read(0), slots.read(1)) if k is not None]

    def total(self, moment: int) -> Totals:
        """The exact totals as they were then."""
        return self.world.counted([answer(n) for n in range(self.answered[moment])])


def groups(seed: int) -> Iterator[int]:
    """Sizes of the commits of a wave: one by one for a while, then up to thirty at once."""
    draw, left = random.Random(seed), ANSWERS
    while left:
        size = min(left, draw.choice([1] * 30 + [2, 3, 4, 7, 7, 30]))
        left -= size
        yield size


def run(
    world: World,
    order: Sequence[int],
    take: Callable[[World], Iterable[bytes]],
    seed: int = SEED,
) -> Case:
    """Fold those ballots, group by group, and copy everything after each commit."""
    case, at = Case(world, take), 0
    for size in groups(seed):
        fold(world, order[at : at + size], order[at : at + size])
        at += size
        case.answered.append(at)
        case.copy()
        if at % 9 == 0:  # a double click: it commits, too
            fold(world, [0], order[:1])
            case.answered.append(at)
            case.copy()
    return case


def fold(world: World, answers: Sequence[int], ballots: Sequence[int]) -> None:
    pairs = [(world.cells(answer(a)), coded(b)) for a, b in zip(answers, ballots, strict=True)]
    found = fold_many(world.engine, world.config, world.wave, pairs)
    assert set(found) <= {Outcome.COUNTED, Outcome.ALREADY}


def wave(folder: Path, **changes: str) -> World:
    """A wave with a code for everybody."""
    world = make_world(folder, access="codes", **changes)
    issue_codes(world.engine, world.wave, [hashed(f"code {n}") for n in range(ANSWERS)])
    return world


def shuffled_in_flushes(seed: int = SEED) -> list[int]:
    """All ballots, those that leave the box together in another order."""
    order, waiting, draw = list[int](), list[int](), random.Random(9)
    at = 0
    for size in groups(seed):
        waiting += range(at, at + size)
        at += size
        if len(waiting) >= FLUSH or at == ANSWERS:
            draw.shuffle(waiting)
            order += waiting
            waiting = []
    return order


def check_that_all_together_yields_one_total(case: Case) -> None:
    """Whatever masks are taken off, the sum of all answers comes out, or noise."""
    state = case.loot.open(case.blobs[-1])
    assert state is not None
    seeds = sorted(case.seeds[-1])
    index = {sealed: number for number, sealed in enumerate(seeds)}
    masks = case.loot.masks(seeds)
    then = [[index[s] for s in some] for some in case.seeds]  # the seeds of each moment
    without_one = [[i for i in range(len(seeds)) if i != left] for left in range(len(seeds))]
    ((number, total),) = sums(state, masks, [*then, *without_one])
    assert number == len(then) - 1
    assert (total == case.total(-1)).all()


def check_that_hashes_leave_together(case: Case) -> None:
    """25 ballots at least. Of a code: that it was issued is known, that it was used must not be."""
    seen = case.copies.first_seen([hashed(f"form {n}") for n in range(ANSWERS)])
    left = [seen.get(hashed(f"form {n}"), len(case.answered)) for n in range(ANSWERS)]
    assert left == sorted(left)
    flushed = [left.count(moment) for moment in sorted(set(left)) if moment < len(case.answered)]
    assert min(flushed) >= FLUSH
    assert sum(flushed) > ANSWERS - FLUSH
