"""Runs the machine of fold_machine.py in every order there is, and says what broke."""

from dataclasses import dataclass

from fold_machine import Machine
from fold_state import FIRST, GONE, Process, Slot, State, Violation, key_in, seen_row

Sent = tuple[tuple[int, ...], tuple[int, ...]]
ONE: Sent = ((1,), ())
EACH: Sent = ((1,), (2,))
"""Ballots that the clients of either process send."""


@dataclass(frozen=True)
class Bounds:
    """How often what may happen on one run, and who sends which ballots."""

    kills: int = 0
    cuts: int = 0
    unclear: int = 0
    olds: int = 0
    sent: Sent = EACH


@dataclass(frozen=True)
class Found:
    """How many states were seen, and what broke in the end, with the shortest way to it."""

    states: int
    broken: str | None = None
    way: tuple[State, ...] = ()


def explore(machine: Machine, bounds: Bounds) -> Found:
    """Breadth first: every state once."""
    before: dict[State, State | None] = {first(bounds): None}
    layer = list(before)
    while layer:
        following = []
        for state in layer:
            try:
                after = [normal(one) for one in machine.next(state)]
                require_quiet(state, after)
            except Violation as violation:
                return Found(len(before), str(violation), way(before, state))
            for one in after:
                if one not in before:
                    before[one] = state
                    following.append(one)
        layer = following
    return Found(len(before))


def first(bounds: Bounds) -> State:
    """A wave that was just made; its second slot's file is gone, so that it has to be made."""
    return State(
        slots=(Slot(FIRST.key, FIRST.key), Slot(GONE, GONE, named=False)),
        cache=(FIRST,),
        disk=(FIRST,),
        seen=1,
        holder=None,
        processes=tuple(Process("rest", 0, some) for some in bounds.sent),
        thanked=frozenset(),
        kills=bounds.kills,
        cuts=bounds.cuts,
        unclear=bounds.unclear,
        olds=bounds.olds,
    )


def normal(state: State) -> State:
    """The same state without the part of the log that nobody can come back to."""
    most = min(len(state.cache), len(state.disk), max(state.seen, 1))
    same = 0
    while same < most and state.cache[same] == state.disk[same]:
        same += 1
    if same <= 1:
        return state
    past = same - 1
    cache, disk = state.cache[past:], state.disk[past:]
    return state._replace(cache=cache, disk=disk, seen=max(0, state.seen - past))


def require_quiet(state: State, after: list[State]) -> None:
    """Once all is done: who was thanked is counted, nobody twice, and there is one key, on disk.

    Raises Violation; also where it never gets there since nobody can go on.
    """
    if any(p.program != "rest" or p.todo for p in state.processes):
        faults = (state.kills, state.cuts, state.olds)
        if all((one.kills, one.cuts, one.olds) != faults for one in after):
            raise Violation("nobody can go on, and not everybody was thanked")
        return
    row = seen_row(state)
    if not state.thanked <= set(row.counted):
        raise Violation(f"not everybody was counted who was thanked: {row}")
    if len(row.counted) != len(set(row.counted)):
        raise Violation(f"somebody was counted twice: {row}")
    kept, spare = state.slots[row.slot], state.slots[1 - row.slot]
    if {kept.cache, kept.disk} != {row.key} or not kept.named:
        raise Violation("the key of the box is not on disk")
    if {key_in(spare.cache), key_in(spare.disk)} != {None}:
        raise Violation("an old key is left")


def way(before: dict[State, State | None], state: State | None) -> tuple[State, ...]:
    """All states from the first to this one."""
    found = []
    while state is not None:
        found.append(state)
        state = before[state]
    return tuple(reversed(found))
