"""What one commit does to a group of responses: who is counted, and what the box then holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Integer, Select, Table, bindparam, insert, literal_column, select

from survey.box.commit import Box, rewrite
from survey.box.mask import Sealed, fresh
from survey.box.model import Wave
from survey.box.state import FLUSH, HASH, State
from survey.store import tables
from survey.store.prepared import Prepared, Values

_SEED = Prepared(
    insert(tables.seed).values(wave_id=bindparam("of_wave"), sealed=bindparam("new_seal"))
)


class Outcome(Enum):
    """What became of a response. The worker sees the same page for COUNTED and ALREADY."""

    COUNTED = "counted"
    ALREADY = "already"
    """Its form id or its code was counted before."""
    UNKNOWN_CODE = "unknown-code"
    """Not a code of this wave, or none where the wave needs one."""
    CLOSED = "closed"
    NOT_YET_OPEN = "not-yet-open"


@dataclass(frozen=True, slots=True)
class Ballots:
    """Keyed hashes (32 bytes) of a response's form id and, in a wave with codes, of its code."""

    form: bytes
    code: bytes | None = None

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """What is spent when the response is counted."""
        return (self.form,) if self.code is None else (self.form, self.code)


@dataclass(slots=True, eq=False)
class Entry:
    """A response that waits; then its outcome, or what went wrong."""

    cells: NDArray[np.intp]
    """Distinct indices of the cells to add one to."""
    ballots: Ballots
    outcome: Outcome | None = None
    error: Exception | None = None

    @property
    def done(self) -> bool:
        """Whether it was folded or failed."""
        return self.outcome is not None or self.error is not None


def entry_of(cells: NDArray[np.intp], ballots: Ballots, size: int) -> Entry:
    """Refuse what would spoil the commit for everybody in it. Raises ValueError."""
    if cells.size and not 0 <= cells.min() <= cells.max() < size:
        raise ValueError("a cell outside the layout")
    if any(len(found) != HASH for found in ballots.hashes):
        raise ValueError(f"a ballot hash that is not {HASH} bytes long")
    return Entry(cells, ballots)


def fold_group(
    box: Box,
    wave: Wave,
    take: Callable[[], Sequence[Entry]],
    told: Callable[[], None],
    again: Callable[[], bool] = lambda: False,
) -> None:
    """Give every entry its outcome, in one commit or none; the caller holds the box's lock.

    `take` hands over whoever came until the commit's key is on the disk: at least one. There is no
    commit where no ballot is the wave's: an unknown code shows a page of its own anyway. `told` is
    called once outcomes stand; then `again` says whether another group follows. Raises as
    `rewrite`; then no entry of the group that was taken last has an outcome.
    """
    group: list[Entry] = []
    outcomes: list[Outcome] = []

    def change(connection: Connection, state: State) -> State | None:
        sealed = fresh(wave.public_key, wave.fingerprint, wave.layout.size)
        group[:] = take()
        outcomes[:] = _decide(connection, wave, state, group)
        counted = [e for e, o in zip(group, outcomes, strict=True) if o is Outcome.COUNTED]
        # A used ballot goes the whole way, too: were it any faster than a fresh one, a list of
        # slips and a clock would tell who took part.
        commits = bool(counted) or Outcome.ALREADY in outcomes
        return _add(connection, wave, state, counted, sealed) if commits else None

    def tell() -> None:
        for entry, outcome in zip(group, outcomes, strict=True):
            entry.outcome = outcome
        told()

    if (state := rewrite(box, change, tell, again)) != "open":
        group[:] = take()
        refused = Outcome.NOT_YET_OPEN if state == "ready" else Outcome.CLOSED
        outcomes[:] = [refused] * len(group)
    tell()


def judge(
    group: Sequence[Ballots], spent: set[bytes], valid: set[bytes], needs_code: bool
) -> list[Outcome]:
    """Who is counted: each form id and each code once, the first to come; pure.

    `spent` are the hashes counted before, of those that the group asks about; `valid` the codes
    that were made and not taken back, used or not. A code that was taken back is unknown even if
    it was used: or a list of such codes would tell, at no cost, which of them had been.
    """
    taken = set(spent)
    outcomes: list[Outcome] = []
    for ballots in group:
        if ballots.form in taken:
            outcomes.append(Outcome.ALREADY)
        elif needs_code if ballots.code is None else ballots.code not in valid:
            outcomes.append(Outcome.UNKNOWN_CODE)
        elif ballots.code in taken:
            outcomes.append(Outcome.ALREADY)
        else:
            taken.update(ballots.hashes)
            outcomes.append(Outcome.COUNTED)
    return outcomes


def _among(table: Table, name: str, hashes: int) -> Select[str, bytes]:
    """Which of so many hashes stand in that table."""
    mine = table.c.wave_id == bindparam("of_wave")
    asked = table.c.hash.in_([bindparam(f"hash_{number}") for number in range(hashes)])
    return select(literal_column(f"'{name}'"), table.c.hash).where(mine, asked)


@cache
def _known(hashes: int) -> Prepared:
    """Asks spent ballots and codes at once, for on a server each question is a journey."""
    spent = _among(tables.spent, "spent", hashes)
    return Prepared(spent.union_all(_among(tables.code, "code", hashes)))


def _decide(
    connection: Connection, wave: Wave, state: State, group: Sequence[Entry]
) -> list[Outcome]:
    ballots = [entry.ballots for entry in group]
    asked = [found for b in ballots for found in b.hashes]
    # Up to a power of two, by asking for one again: there are few statements to keep then.
    asked += asked[:1] * ((1 << (len(asked) - 1).bit_length()) - len(asked))
    known = _known(len(asked)).rows(connection, _given(wave, asked))
    spent = {found for stands, found in known if stands == "spent"} | state.hashes
    valid = {found for stands, found in known if stands == "code"}
    # Made-up and imported answers have no slips to hand out.
    needs_code = wave.access == "codes" and wave.origin == "survey"
    return judge(ballots, spent, valid, needs_code)


def _add(
    connection: Connection, wave: Wave, state: State, counted: Sequence[Entry], sealed: Sealed
) -> State:
    masked = state.masked + sealed.mask
    for entry in counted:
        masked[entry.cells] += 1
    _SEED.run(connection, {"of_wave": wave.id, "new_seal": sealed.seal})
    hashes = state.hashes.union(*(entry.ballots.hashes for entry in counted))
    ballots = state.ballots + len(counted)
    if ballots >= FLUSH:
        _flush(connection, wave, sorted(hashes))
        hashes, ballots = frozenset(), 0
    responses = state.responses + len(counted)
    return State(responses, ballots, hashes, masked, state.checkpoint_key)


@cache
def _spend(hashes: int) -> Prepared:
    """Adds so many at once."""
    mine = bindparam("of_wave", type_=Integer)
    rows = [{"wave_id": mine, "hash": bindparam(f"hash_{number}")} for number in range(hashes)]
    return Prepared(insert(tables.spent).values(rows))


def _flush(connection: Connection, wave: Wave, hashes: Sequence[bytes]) -> None:
    """Move hashes out of the blob: sorted and many at a time, so that no order is left."""
    while hashes:
        # The largest power of two that there are: there are few statements to keep then.
        count = 1 << (len(hashes).bit_length() - 1)
        _spend(count).run(connection, _given(wave, hashes[:count]))
        hashes = hashes[count:]


def _given(wave: Wave, hashes: Sequence[bytes]) -> Values:
    """What `_known` and `_spend` of so many take."""
    return {"of_wave": wave.id} | {f"hash_{at}": found for at, found in enumerate(hashes)}
