"""The fold with a step removed, two steps swapped, or a rule broken: each must be caught.

Where one is not, a reason says why it keeps every promise, and the test shows that it does.
"""

from collections.abc import Callable, Mapping

import fold_server
from fold_machine import PROGRAMS, Machine
from fold_server import ServerMachine

Programs = Mapping[str, tuple[str, ...]]

NO_CHANGE = "settling changes nothing, so it does not matter whether anybody sees it"
SAME_ROW = "the row was read under this lock before, and settling leaves it as it is"
BEFORE_KEYS = "both have to be done before a key is touched, in whichever order"
UNDER_LOCK = "both are done before the lock is free, and nobody is thanked in between"
NOT_AT_REST = (
    "the next one finds the zeros in the page cache; should the power be cut before they are on "
    "disk, the next start or commit zeroes the key again"
)

EQUIVALENT = {
    "fold without settle: show": NO_CHANGE,
    "fold without read again": SAME_ROW,
    "fold: settle: write before settle: sync folder": BEFORE_KEYS,
    "fold: settle: show before settle: sync": UNDER_LOCK,
    "fold: read again before settle: show": SAME_ROW,
    "fold: open before read again": SAME_ROW,
    "fold: sync folder before sync key": "both are done before the row names the slot",
    "fold: show before sync log": UNDER_LOCK,
    "fold without again": "each commit has a lock of its own then",
    "fold: again before thank": "the worker only waits longer for the thank-you page",
    "fold: zero before again": "the next key is written over zeros, or over the old key",
    "fold: unlock before sync zero": NOT_AT_REST,
    "start without settle: show": NO_CHANGE,
    "start: settle: write before settle: sync folder": BEFORE_KEYS,
    "start: settle: show before settle: sync": UNDER_LOCK,
    "start: read again before settle: show": NO_CHANGE,
    "start: unlock before sync spare": NOT_AT_REST,
    "unclear without settle: sync folder": "the fold synced it before it wrote to the log",
    "unclear without settle: show": NO_CHANGE,
    "unclear without open": "the fold opened the same box under this lock a moment ago",
    "unclear: settle: write before settle: sync folder": BEFORE_KEYS,
    "unclear: settle: show before settle: sync": UNDER_LOCK,
    "unclear: read again before settle: show": NO_CHANGE,
    "unclear: open before read again": "the fold opened the same box a moment ago",
    "unclear: zero spare before open": "the fold opened the same box a moment ago",
    "believes that an unclear commit did not come about": (
        "its key is zeroed only where the row does not name it; the ballot is sent again and found "
        "to be counted"
    ),
}


ON_SERVER = {
    "fold without settle: commit": "who has the write lock knows that no COMMIT is on its way",
    "fold without read again": SAME_ROW,
    "fold: read before take write lock": (
        "a COMMIT that was on its way has its key in the spare slot, so that the row is read again"
    ),
    "fold: settle: commit before settle: sync folder": BEFORE_KEYS,
    "fold: read again before settle: commit": SAME_ROW,
    "fold: open before read again": SAME_ROW,
    "fold: sync folder before sync key": "both are done before the row names the slot",
    "fold without again": "each commit has a lock of its own then",
    "fold: again before thank": "the worker only waits longer for the thank-you page",
    "fold: zero before again": "the next key is written over zeros, or over the old key",
    "fold: unlock before sync zero": NOT_AT_REST,
    "start without settle: commit": "who has the write lock knows that no COMMIT is on its way",
    "start: settle: sync folder before take write lock": BEFORE_KEYS,
    "start: settle: commit before settle: sync folder": BEFORE_KEYS,
    "start: read again before settle: commit": NO_CHANGE,
    "start: unlock before sync spare": NOT_AT_REST,
    "unclear without settle: sync folder": "the fold synced it before it sent its COMMIT",
    "unclear without settle: commit": "who has the write lock knows that no COMMIT is on its way",
    "unclear without open": "the fold opened the same box under this lock a moment ago",
    "unclear: settle: sync folder before take write lock": BEFORE_KEYS,
    "unclear: settle: commit before settle: sync folder": BEFORE_KEYS,
    "unclear: read again before settle: commit": NO_CHANGE,
    "unclear: open before read again": "the fold opened the same box a moment ago",
    "unclear: zero spare before open": "the fold opened the same box a moment ago",
}
"""Of the fold over a server (fold_server.py)."""


def mutants() -> dict[str, Machine]:
    """All of them, by name, where SQLite is the store."""
    return _removed(PROGRAMS, Machine) | _swapped(PROGRAMS, Machine) | _broken()


def server_mutants() -> dict[str, Machine]:
    """All of them where a server is."""
    programs = fold_server.PROGRAMS
    return _removed(programs, ServerMachine) | _swapped(programs, ServerMachine)


def _removed(programs: Programs, machine: Callable[[Programs], Machine]) -> dict[str, Machine]:
    return {
        f"{name} without {step}": machine({name: (*steps[:at], *steps[at + 1 :])})
        for name, steps in programs.items()
        for at, step in enumerate(steps)
    }


def _swapped(programs: Programs, machine: Callable[[Programs], Machine]) -> dict[str, Machine]:
    return {
        f"{name}: {steps[at + 1]} before {steps[at]}": machine(
            {name: (*steps[:at], steps[at + 1], steps[at], *steps[at + 2 :])}
        )
        for name, steps in programs.items()
        for at in range(len(steps) - 1)
    }


def _broken() -> dict[str, Machine]:
    blindly = ("zero spare", "sync spare", "judge")
    return {
        "counts a ballot again": Machine(counts_again=True),
        "a fold never settles": Machine(settles=False),
        "goes on with the row that it knew": Machine(goes_on_at="open"),
        "believes that an unclear commit came about": Machine(believes="it came about"),
        "believes that an unclear commit did not come about": Machine(believes="it did not"),
        "zeroes the new key before reading the row": Machine({"unclear": blindly}),
    }
