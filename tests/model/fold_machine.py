"""The fold's order of operations as a machine: what survey/box/commit.py does, step by step.

fold_explorer.py runs it in every order there is. tests/faults/test_order_of_calls.py shows that the
program keeps this order. A ballot stands for a group: its answers are committed together.
"""

from collections.abc import Callable, Iterator, Mapping

from fold_faults import COMMIT, begin, cut_power, fail, kill, put_back
from fold_state import (
    DOWN,
    EMPTY,
    GONE,
    PARTIAL,
    Row,
    Slot,
    State,
    Violation,
    append,
    change,
    key_in,
    put,
    rest,
    run,
    seen_row,
    slot_of,
    stop,
    sync,
    unused_key,
    write,
)

SETTLE = ("settle: sync folder", "settle: write", "settle: sync", "settle: show", "read again")
PROGRAMS: dict[str, tuple[str, ...]] = {
    "fold": (
        *("lock", "read", *SETTLE, "open", "write key", "sync key", "sync folder"),
        *("write log", "sync log", "show", "thank", "again", "zero", "sync zero", "unlock"),
    ),
    "start": ("lock", *SETTLE, "open", "zero spare", "sync spare", "unlock"),
    # After a COMMIT that failed, still under the lock.
    "unclear": (*SETTLE, "open", "zero spare", "sync spare", "judge"),
}
"""What runs, in this order; a fold settles and syncs the folder only where there is need, and from
"again" it goes on to zero the old key or, where somebody waits, back to "read again"."""

PARTS = {
    "settle: write": ("settle: first frame", "settle: last frame"),
    "write key": ("make file", "put key"),
    "write log": ("first frame", "last frame"),
}
"""Steps that can be cut short in the middle."""


class Machine:
    """A program and what can befall it. Whatever is said to __init__ makes a mutant of it."""

    def __init__(
        self,
        programs: Mapping[str, tuple[str, ...]] | None = None,
        believes: str = "the row",
        counts_again: bool = False,
        settles: bool = True,
        goes_on_at: str = "read again",
    ) -> None:
        self.programs = {
            name: tuple(part for step in steps for part in PARTS.get(step, (step,)))
            for name, steps in {**PROGRAMS, **(programs or {})}.items()
        }
        self.believes = believes
        """What tells whether an unclear COMMIT came about."""
        self.counts_again = counts_again
        """Whether a ballot that was counted counts again."""
        self.settles = settles
        """Whether a fold settles where it finds a key in the spare slot."""
        self.goes_on_at = goes_on_at
        """Where a fold goes on for those who came meanwhile, still under the lock."""
        own = {"read": self._read, "last frame": self._last_frame, "judge": self._judge}
        own["again"] = self._again
        self._steps: dict[str, Callable[[State, int], Iterator[State]]] = STEPS | own

    def next(self, state: State) -> Iterator[State]:
        """Every state that can come next. Raises Violation."""
        for number, process in enumerate(state.processes):
            if process.program == "off":
                yield from begin(state, number)
            elif process.program == "rest":
                if process.todo:
                    yield run(state, number, "fold")
            elif process.program != "refused":
                yield from self._step(state, number)
            if state.kills and process.program not in DOWN:
                yield kill(state, number)
        if state.cuts:
            yield from cut_power(state)
        yield from put_back(state)

    def _step(self, state: State, number: int) -> Iterator[State]:
        process = state.processes[number]
        program = self.programs[process.program]
        if process.step == len(program):
            yield rest(state, number)
            return
        name = program[process.step]
        if state.unclear and process.program == "fold" and name in COMMIT:
            yield from fail(state, number, next(_show(state, number)) if name == "show" else None)
        ahead = change(state, number, step=process.step + 1)
        idle = (name.startswith("settle") or name == "read again") and not process.unsettled
        if idle or (name == "sync folder" and not process.made):
            yield from self._step(ahead, number)
        else:
            yield from self._steps[name](ahead, number)

    def _read(self, state: State, number: int) -> Iterator[State]:
        row = seen_row(state)
        spare = key_in(state.slots[1 - row.slot].cache)
        yield change(state, number, row=row, unsettled=spare is not None and self.settles)

    def _again(self, state: State, number: int) -> Iterator[State]:
        """The old key stays where it is until the next one is written over it."""
        yield state
        program = self.programs["fold"]
        if state.processes[number].todo and self.goes_on_at in program:
            step = program.index(self.goes_on_at)
            yield change(state, number, step=step, unsettled=True)

    def _last_frame(self, state: State, number: int) -> Iterator[State]:
        process = state.processes[number]
        row, key, ballot = process.row, process.key, process.todo[0]
        if row is None or key is None:
            raise Violation("a commit without having read the row or drawn a key")
        counted = row.counted
        if ballot not in counted or self.counts_again:
            counted = tuple(sorted((*counted, ballot)))
        yield append(state, number, Row(1 - row.slot, key, counted))

    def _judge(self, state: State, number: int) -> Iterator[State]:
        """Whether the unclear commit came about. If so, the fold goes on from its thanks.

        If not, the client sends its ballot again, or gives up.
        """
        process = state.processes[number]
        row = process.row
        came = row is not None and row.key == process.key
        believed = {"the row": came, "it came about": True, "it did not": False}[self.believes]
        if row is None or not believed:
            yield rest(state, number)._replace(holder=None)
            gives_up = change(state, number, todo=process.todo[1:])
            yield rest(gives_up, number)._replace(holder=None)
            return
        fold = self.programs["fold"]
        after = fold.index("thank") if "thank" in fold else len(fold)
        before = row._replace(slot=1 - row.slot)  # the fold goes on to zero the old key's slot
        yield change(state, number, program="fold", step=after, row=before)


# The steps. Each gets the state with its process already past it.


def _lock(state: State, number: int) -> Iterator[State]:
    if state.holder is None:
        yield state._replace(holder=number)


def _unlock(state: State, number: int) -> Iterator[State]:
    yield state._replace(holder=None if state.holder == number else state.holder)


def _read_again(state: State, number: int) -> Iterator[State]:
    yield change(state, number, row=seen_row(state), unsettled=False)


def _open(state: State, number: int) -> Iterator[State]:
    """The blob is decrypted with the key in the slot that the row names."""
    row = state.processes[number].row
    if row is None:
        raise Violation("a box was opened whose row nobody read")
    if state.slots[row.slot].cache != row.key:
        if state.aside is None:
            raise Violation(f"the wave is lost: the key of {row} is not there")
        yield stop(state, number, "refused")  # said plainly, and nothing is touched
        return
    if not state.thanked <= set(row.counted):
        raise Violation(f"an acknowledged answer is not in {row}")
    if len(set(row.counted)) < len(row.counted):
        raise Violation(f"an answer is in {row} twice")
    yield state


def _make_file(state: State, number: int) -> Iterator[State]:
    spare = 1 - slot_of(state, number)
    if state.slots[spare].cache == GONE:
        state = put(state, spare, Slot(EMPTY, EMPTY, named=False))
    yield change(state, number, made=state.slots[spare].cache == EMPTY)


def _put_key(state: State, number: int) -> Iterator[State]:
    key = unused_key(state)
    yield change(write(state, 1 - slot_of(state, number), key), number, key=key)


def _sync_spare(state: State, number: int) -> Iterator[State]:
    yield sync(state, 1 - slot_of(state, number))


def _sync_folder(state: State, number: int) -> Iterator[State]:
    for slot, content in enumerate(state.slots):
        state = put(state, slot, content._replace(named=content.cache != GONE))
    yield state


def _first_frame(state: State, number: int) -> Iterator[State]:
    """It goes where the index says that the log ends."""
    yield state._replace(cache=(*state.cache[: state.seen], PARTIAL))


def _settle_last_frame(state: State, number: int) -> Iterator[State]:
    """A commit that changes nothing."""
    yield append(state, number, seen_row(state))


def _sync_log(state: State, number: int) -> Iterator[State]:
    yield state._replace(disk=state.cache)


def _show(state: State, number: int) -> Iterator[State]:
    seen = state.seen + state.processes[number].wrote
    yield change(state._replace(seen=seen), number, wrote=False)


def _thank(state: State, number: int) -> Iterator[State]:
    ballot, *others = state.processes[number].todo
    thanked = state._replace(thanked=state.thanked | {ballot})
    yield change(thanked, number, todo=tuple(others))


def _zero(state: State, number: int) -> Iterator[State]:
    yield write(state, slot_of(state, number), None)


def _sync_zero(state: State, number: int) -> Iterator[State]:
    yield sync(state, slot_of(state, number))


def _zero_spare(state: State, number: int) -> Iterator[State]:
    spare = 1 - slot_of(state, number)
    there = key_in(state.slots[spare].cache) is not None
    yield write(state, spare, None) if there else state


STEPS: dict[str, Callable[[State, int], Iterator[State]]] = {
    "lock": _lock,
    "settle: sync folder": _sync_folder,
    "settle: first frame": _first_frame,
    "settle: last frame": _settle_last_frame,
    "settle: sync": _sync_log,
    "settle: show": _show,
    "read again": _read_again,
    "open": _open,
    "make file": _make_file,
    "put key": _put_key,
    "sync key": _sync_spare,
    "sync folder": _sync_folder,
    "first frame": _first_frame,
    "sync log": _sync_log,
    "show": _show,
    "thank": _thank,
    "zero": _zero,
    "sync zero": _sync_zero,
    "zero spare": _zero_spare,
    "sync spare": _sync_spare,
    "unlock": _unlock,
}
