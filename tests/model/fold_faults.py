"""What can befall the processes of the model: kills, power cuts, unclear commits, old databases."""

from collections.abc import Iterator

from fold_state import (
    DOWN,
    FIRST,
    GONE,
    PARTIAL,
    TORN,
    Process,
    Row,
    Slot,
    State,
    change,
    rest,
    run,
    stop,
)

COMMIT = ("first frame", "last frame", "sync log", "show")
"""The steps at which COMMIT can report an error."""


def begin(state: State, number: int) -> Iterator[State]:
    """A process starts, and cleans up first, unless it is a worker that goes on at once.

    Where no other is alive, the index is made anew from all that the log holds.
    """
    if all(process.program in DOWN for process in state.processes):
        cache = tuple(row for row in state.cache if row != PARTIAL)
        state = state._replace(cache=cache, seen=len(cache))
    yield change(run(state, number, "start"), number, unsettled=True)
    if state.processes[number].todo:
        yield run(state, number, "fold")


def kill(state: State, number: int) -> State:
    """SIGKILL."""
    return stop(state, number)._replace(kills=state.kills - 1)


def cut_power(state: State) -> Iterator[State]:
    """All processes die; of what was not synced each piece stays, or does not, or is torn."""
    off = _all_off(state)._replace(cuts=state.cuts - 1)
    for zero in _left_of(state.slots[0]):
        for one in _left_of(state.slots[1]):
            for log in _logs_left(state):
                yield off._replace(slots=(zero, one), cache=log, disk=log)


def put_back(state: State) -> Iterator[State]:
    """Somebody puts the first copy of the database there, and later the right one again.

    Not while the first key is there: that copy is the state before the last commit, and opens.
    """
    if any(p.program not in (*DOWN, "rest") for p in state.processes):
        return
    if state.aside is not None:
        right = _all_off(state)._replace(cache=state.aside, disk=state.aside, aside=None)
        yield right._replace(flying=None)
    elif state.olds and FIRST.key not in (slot.cache for slot in state.slots):
        aside = tuple(row for row in state.cache if row != PARTIAL)
        old = _all_off(state)._replace(cache=(FIRST,), disk=(FIRST,))
        yield old._replace(aside=aside, olds=state.olds - 1, flying=None)


def fail(state: State, number: int, shown: State | None) -> Iterator[State]:
    """COMMIT reports an error before this step, or, with `shown`, after all of it came about.

    Then either the row can be had, or it cannot, and everything is left as it is.
    """
    for end in (state,) if shown is None else (state, shown):
        failed = change(end, number, wrote=False)._replace(unclear=state.unclear - 1)
        yield change(run(failed, number, "unclear"), number, unsettled=True)
        yield rest(failed, number)._replace(holder=None)


def _all_off(state: State) -> State:
    off = tuple(Process("off", 0, p.todo) for p in state.processes)
    return state._replace(processes=off, holder=None, seen=0)


def _left_of(slot: Slot) -> set[Slot]:
    if slot.cache == GONE:
        return {slot}
    contents = {slot.disk} if slot.cache == slot.disk else {slot.disk, slot.cache, TORN}
    gone = set() if slot.named else {Slot(GONE, GONE, named=False)}
    return {Slot(content, content) for content in contents} | gone


def _logs_left(state: State) -> set[tuple[Row | str, ...]]:
    """Frames are chained: what follows a frame of another history is not read."""
    pairs = zip(state.cache, state.disk, strict=False)
    same = next((at for at, (one, two) in enumerate(pairs) if one != two), None)
    if same is None:
        same = min(len(state.cache), len(state.disk))
    found = {state.disk, *(state.cache[:end] for end in range(same, len(state.cache) + 1))}
    return {tuple(row for row in log if row != PARTIAL) for log in found}
