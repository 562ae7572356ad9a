"""The fold where the database is a server: its COMMIT may come about after its process is dead.

What SQLite's log and index are in fold_machine.py is here one step of the server: it takes a COMMIT
in, and later it is on disk and seen by all, or, if whoever sent it is gone, perhaps never. Until
then the server's write lock is taken (docs/decisions/0007).
"""

from collections.abc import Iterator, Mapping

from fold_machine import Machine
from fold_state import Row, State, change, rest, run, seen_row

PROGRAMS: dict[str, tuple[str, ...]] = {
    "fold": (
        *("lock", "take write lock", "read", "settle: sync folder", "settle: commit"),
        *("read again", "open", "write key", "sync key", "sync folder", "send COMMIT"),
        *("hear of it", "thank", "again", "zero", "sync zero", "unlock"),
    ),
    "start": (
        *("lock", "take write lock", "settle: sync folder", "settle: commit", "read again"),
        *("open", "zero spare", "sync spare", "unlock"),
    ),
    # After a connection that was lost, over a new one, still under the host's lock.
    "unclear": (
        *("take write lock", "settle: sync folder", "settle: commit", "read again", "open"),
        *("zero spare", "sync spare", "judge"),
    ),
}


class ServerMachine(Machine):
    """The same fold over a server. `flying` in a state is a COMMIT that is on its way."""

    def __init__(self, programs: Mapping[str, tuple[str, ...]] | None = None) -> None:
        super().__init__({**PROGRAMS, **(programs or {})})
        self._steps |= {
            "take write lock": _take,
            "settle: commit": _settle,
            "send COMMIT": self._send,
            "hear of it": _hear,
        }

    def next(self, state: State) -> Iterator[State]:
        """Every state that can come next, the server's own doing among them."""
        yield from super().next(state)
        if state.flying is not None:
            yield _land(state)
            if not any(process.wrote for process in state.processes):
                yield state._replace(flying=None)

    def _send(self, state: State, number: int) -> Iterator[State]:
        (written,) = self._last_frame(state, number)
        (row,) = written.cache[state.seen :]
        yield change(state, number, wrote=True)._replace(flying=row)

    def _step(self, state: State, number: int) -> Iterator[State]:
        process = state.processes[number]
        waits = self.programs.get(process.program, ())[process.step : process.step + 1]
        if state.unclear and process.program == "fold" and waits == ("hear of it",):
            yield from _lose_connection(state, number)
        yield from super()._step(state, number)


def _take(state: State, number: int) -> Iterator[State]:
    """The write lock is free once no COMMIT is on its way."""
    if state.flying is None:
        yield state


def _settle(state: State, number: int) -> Iterator[State]:
    """A commit that changes nothing, in one go: nobody else writes under the two locks."""
    row = seen_row(state)
    yield state._replace(cache=(row,), disk=(row,), seen=1)


def _hear(state: State, number: int) -> Iterator[State]:
    if state.flying is None:
        yield change(state, number, wrote=False)


def _land(state: State) -> State:
    """Written over whatever all have seen: the server knows of no other."""
    row = state.flying
    assert isinstance(row, Row)
    return state._replace(cache=(row,), disk=(row,), seen=1, flying=None)


def _lose_connection(state: State, number: int) -> Iterator[State]:
    """Nobody knows what became of it; the row may be had over a new one, or not for long enough."""
    failed = change(state, number, wrote=False)._replace(unclear=state.unclear - 1)
    yield change(run(failed, number, "unclear"), number, unsettled=True)
    yield rest(failed, number)._replace(holder=None)
