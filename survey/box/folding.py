"""One process of a host that does nothing but fold, so that all web processes share its commits.

A commit costs the same for one answer as for twenty, and takes three times as long in a process
that reads forms meanwhile. Web processes hand cells and ballots to this one over a socket in the
private folder of the state keys, and wait for the outcome. It only makes folding faster: where it
does not run, or whatever goes wrong in it, a web process folds by itself, under the same lock.

What is handed over is in no file, here or there. A message asks for one response; the reply is the
outcome's value, or SELF.
"""

import fcntl
import os
import selectors
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from survey.box.commit import Box
from survey.box.group import Ballots, Entry, entry_of, fold_group, seal_for
from survey.box.mask import CELL, Sealed
from survey.box.model import Wave
from survey.box.slots import make_private_folder
from survey.box.state import HASH
from survey.box.waves import box_of, find_wave, require_same_rules
from survey.config import Config

Cells = NDArray[np.intp]
_Name = tuple[str, str]
"""Slug and fingerprint of a wave."""
SELF = b"self"
"""The reply that bids a web process fold by itself, and find out what is wrong."""
SOCKET = ".folding"
LONGEST = 65_536
"""Bytes of a message."""
SHARE = 1.0
"""Seconds to wait for a wave's lock: web processes may wait longer, and other waves meanwhile."""
GATHER = 0.001
"""Seconds for which the first to come waits for others: nobody notices it, and on a busy machine
it halves the number of commits."""
_ROLE = ".folding.lock"
_PAUSE = 1.0
_HEAD = struct.Struct(f"<B64s32s{HASH}s{HASH}s")
"""With a code?, slug and fingerprint of the wave, hashes of form id and code."""


@dataclass(frozen=True, slots=True, eq=False)
class Handed:
    """A response on its way, and the wave that its cells are laid out by."""

    slug: str
    fingerprint: str
    cells: Cells
    ballots: Ballots

    def __bytes__(self) -> bytes:
        form, code = self.ballots.form, self.ballots.code
        digest = bytes.fromhex(self.fingerprint)
        head = _HEAD.pack(code is not None, self.slug.encode(), digest, form, code or b"")
        return head + self.cells.astype(CELL).tobytes()

    @classmethod
    def read(cls, message: bytes) -> "Handed":
        """From its bytes. Raises ValueError or struct.error for others."""
        coded, slug, digest, form, code = _HEAD.unpack_from(message)
        cells = np.frombuffer(message, dtype=CELL, offset=_HEAD.size).astype(np.intp)
        ballots = Ballots(form, code if coded else None)
        return cls(slug.rstrip(b"\0").decode(), digest.hex(), cells, ballots)


@contextmanager
def folding_socket(config: Config) -> Iterator[socket.socket | None]:
    """The socket of this host's folding process; None where another process is that already.

    None also where such a socket cannot be made: its path is too long, or the system has no
    sockets of this kind.
    """
    make_private_folder(config.state_keys)
    role = os.open(config.state_keys / _ROLE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield _listen(config) if _taken(role) else None
    finally:
        os.close(role)


def fold_for_others(
    engine: Engine,
    config: Config,
    listener: socket.socket,
    goes_on: Callable[[], bool],
    wake: int | None = None,
) -> None:
    """Fold what comes in through `listener` for as long as `goes_on`.

    That is asked once a second, and as soon as there is something to read from the pipe `wake`.
    """
    boxes = _Boxes(engine, config)
    with selectors.DefaultSelector() as doors:
        doors.register(listener, selectors.EVENT_READ, _let_in)
        if wake is not None:
            doors.register(wake, selectors.EVENT_READ, _drain)
        while goes_on():
            waves: dict[_Name, list[_Waiting]] = {}
            seals: dict[_Name, Sealed] = {}
            patience = _PAUSE
            while arrived := list(_arrived(doors, patience)):
                for connection, handed in arrived:
                    wave = waves.setdefault((handed.slug, handed.fingerprint), [])
                    wave.append(_Waiting(connection, handed))
                if patience:
                    begun = time.monotonic()
                    seals |= _sealed(boxes, waves)
                    time.sleep(max(0.0, begun + GATHER - time.monotonic()))
                patience = 0.0  # each has a thread that waits, so there are not many of them
            for name, group in waves.items():
                _fold(boxes, name, group, seals.pop(name, None))


def _sealed(boxes: "_Boxes", names: Iterable[_Name]) -> dict[_Name, Sealed]:
    """A fresh seal for each of these waves, made while others may still come."""
    made: dict[_Name, Sealed] = {}
    for name in names:
        with suppress(Exception):  # `_fold` meets it again
            made[name] = seal_for(boxes.of(name)[0])
    return made


@dataclass(frozen=True, slots=True)
class _Waiting:
    connection: socket.socket
    handed: Handed

    def reply(self, word: bytes) -> None:
        """A web process that is gone by now does not wait for it."""
        with suppress(OSError):
            self.connection.send(word)


class _Boxes:
    """The boxes that were asked for, by slug and fingerprint."""

    def __init__(self, engine: Engine, config: Config) -> None:
        self._engine, self._config = engine, config
        self._found: dict[_Name, tuple[Wave, Box]] = {}

    def of(self, name: _Name) -> tuple[Wave, Box]:
        """Raises BoxError where its rules are not this version's, LookupError where it is not."""
        if name not in self._found:
            slug, fingerprint = name
            wave = find_wave(self._engine, slug)
            if wave is None or wave.fingerprint != fingerprint:
                raise LookupError(slug)
            require_same_rules(wave)
            self._found[name] = wave, box_of(self._engine, self._config, wave)
        return self._found[name]


def _fold(boxes: _Boxes, name: _Name, group: list[_Waiting], sealed: Sealed | None) -> None:
    entries: list[Entry] = []
    waiting = list(reversed(group))

    def tell() -> None:
        for entry in entries:
            if waiting and entry.outcome is not None:
                waiting.pop().reply(entry.outcome.value.encode())

    # Whatever goes wrong, each web process meets it again by itself, and says it in its own words.
    with suppress(Exception):
        wave, box = boxes.of(name)
        size = wave.layout.size
        entries += [entry_of(w.handed.cells, w.handed.ballots, size) for w in group]
        sealed = sealed or seal_for(wave)
        with box.slots.lock(SHARE):
            fold_group(box, wave, entries, sealed, tell)
    for left in waiting:
        left.reply(SELF)


def _arrived(
    doors: selectors.BaseSelector, patience: float
) -> Iterator[tuple[socket.socket, Handed]]:
    """All that waits by now; nothing after `patience` seconds in which nothing came."""
    for key, _ in doors.select(patience):
        if key.data is not None:
            key.data(doors, key.fileobj)
        elif isinstance(connection := key.fileobj, socket.socket):
            try:
                yield connection, Handed.read(connection.recv(LONGEST))
            except (OSError, ValueError, struct.error):  # it hung up, or is not one of ours
                doors.unregister(connection)
                connection.close()


def _let_in(doors: selectors.BaseSelector, listener: socket.socket) -> None:
    with suppress(BlockingIOError):
        while True:
            doors.register(listener.accept()[0], selectors.EVENT_READ)


def _drain(_doors: selectors.BaseSelector, wake: int) -> None:
    os.read(wake, LONGEST)


def _taken(role: int) -> bool:
    try:
        fcntl.flock(role, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _listen(config: Config) -> socket.socket | None:
    path = config.state_keys / SOCKET
    path.unlink(missing_ok=True)
    try:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listener.bind(str(path))
    except OSError:
        return None
    path.chmod(0o600)
    listener.listen(1024)
    listener.setblocking(False)
    return listener
