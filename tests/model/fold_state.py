"""What the model of the fold consists of: key files, log, processes; and what changes them.

Slots: a write reaches the page cache; fdatasync brings it to disk, and a sync of the folder the
name of a new file. SQLite: frames go to the log in the page cache, the log is synced, and only then
the shared index shows the commit to other processes. A writer writes over frames that the index
does not show.
"""

from typing import NamedTuple

TORN = -1
"""In a slot: a key that was half written. It opens nothing."""
GONE = -2
"""There is no such file."""
EMPTY = -3
"""A file that was made, and not yet written."""
PARTIAL = "partial"
"""A log frame of a transaction whose last frame is not there: it counts for nothing."""
DOWN = ("off", "refused")


class Violation(Exception):  # noqa: N818 - named after what it is
    """A promise was broken."""


class Row(NamedTuple):
    """The box's row as one commit leaves it."""

    slot: int
    key: int
    """The state key that opens its blob. Each is a number of its own, from 1."""
    counted: tuple[int, ...]
    """The ballots in its total, each as often as it was added."""


FIRST = Row(0, 1, ())
"""The row of a wave that was just made."""


class Slot(NamedTuple):
    """One key file: the number of the key in it, None for zeros, or GONE, EMPTY, TORN."""

    cache: int | None
    disk: int | None
    named: bool = True
    """Its name is in the folder on disk."""


class Process(NamedTuple):
    """A server process, and the ballots that its clients send until they see a thank-you page."""

    program: str
    """"off", "refused" (it found an old database), "rest", or the program it runs."""
    step: int
    todo: tuple[int, ...]
    row: Row | None = None
    key: int | None = None
    made: bool = False
    """Whether the slot's file is new."""
    wrote: bool = False
    """Whether its commit is in the log, and not yet shown."""
    unsettled: bool = False


class State(NamedTuple):
    """Everything at one moment."""

    slots: tuple[Slot, Slot]
    cache: tuple[Row | str, ...]
    """The log in the page cache; what came before its first commit cannot come back."""
    disk: tuple[Row | str, ...]
    seen: int
    """How many commits of the log the shared index shows."""
    holder: int | None
    """Which process holds the lock."""
    processes: tuple[Process, ...]
    thanked: frozenset[int]
    """Ballots whose sender saw the thank-you page."""
    kills: int
    cuts: int
    unclear: int
    olds: int
    """How often each fault may still happen; `olds`: an old copy of the database is put back."""
    aside: tuple[Row | str, ...] | None = None
    """The right log, while an old copy of the database is in its place."""
    flying: Row | None = None
    """A COMMIT that a database server took in, and that is not seen yet; see fold_server.py."""


def key_in(content: int | None) -> int | None:
    """What reading a slot gives: nothing where there are zeros, or no 32 bytes."""
    return None if content in (GONE, EMPTY) else content


def seen_row(state: State) -> Row:
    """The row as every process sees it."""
    row = state.cache[state.seen - 1] if 0 < state.seen <= len(state.cache) else None
    if not isinstance(row, Row):
        raise Violation("the row that all had seen is gone")
    return row


def slot_of(state: State, number: int) -> int:
    """The slot that the row names, as this process read it."""
    row = state.processes[number].row
    if row is None:
        raise Violation("a key was touched without having read the row")
    return row.slot


def unused_key(state: State) -> int:
    """A key that nothing holds any more, or never held."""
    logs = (*state.cache, *state.disk, *(state.aside or ()), state.flying)
    rows = [row for row in logs if isinstance(row, Row)]
    used = {row.key for row in rows} | {p.key for p in state.processes}
    used |= {s.cache for s in state.slots} | {s.disk for s in state.slots}
    return next(key for key in range(FIRST.key + 1, 20) if key not in used)


def run(state: State, number: int, program: str) -> State:
    """The process begins with a program."""
    return change(state, number, program=program, step=0)


def rest(state: State, number: int) -> State:
    """The process waits for what comes next, and has forgotten what it did."""
    return _place(state, number, Process("rest", 0, state.processes[number].todo))


def stop(state: State, number: int, program: str = "off") -> State:
    """The process is gone: what it wrote stays in the page cache, its lock is free."""
    holder = None if state.holder == number else state.holder
    gone = Process(program, 0, state.processes[number].todo)
    return _place(state._replace(holder=holder), number, gone)


def change(state: State, number: int, **changes: object) -> State:
    """The process with other fields."""
    return _place(state, number, state.processes[number]._replace(**changes))


def put(state: State, slot: int, content: Slot) -> State:
    """The state with another content of a slot."""
    zero, one = state.slots
    return state._replace(slots=(content, one) if slot == 0 else (zero, content))


def write(state: State, slot: int, key: int | None) -> State:
    """pwrite: the page cache has it."""
    return put(state, slot, state.slots[slot]._replace(cache=key))


def sync(state: State, slot: int) -> State:
    """fdatasync: the disk has what the page cache has."""
    return put(state, slot, state.slots[slot]._replace(disk=state.slots[slot].cache))


def append(state: State, number: int, row: Row) -> State:
    """The last frame of a commit, over whatever the index does not show."""
    written = state._replace(cache=(*state.cache[: state.seen], row))
    return change(written, number, wrote=True)


def _place(state: State, number: int, process: Process) -> State:
    processes = state.processes
    return state._replace(processes=(*processes[:number], process, *processes[number + 1 :]))
