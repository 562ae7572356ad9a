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
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from survey.box.commit import Box
from survey.box.group import Ballots, Entry, entry_of, fold_group
from survey.box.mask import CELL
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
GATHER = 0.002
"""Seconds from a commit's first step until it takes whoever came, at least: nobody notices it, and
on a busy machine there are far fewer commits. Its key is written meanwhile."""
LINGER = 0.003
"""Seconds for which the lock is kept after a commit, in case that somebody comes."""
COMMITS = 16
"""Commits before the lock is let go, however many wait: other processes may wait for it, too."""
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

    def message(self) -> bytearray:
        """Its bytes, in one place, to be wiped once they are sent."""
        form, code = self.ballots.form, self.ballots.code
        digest = bytes.fromhex(self.fingerprint)
        made = bytearray(_HEAD.size + CELL.itemsize * self.cells.size)
        _HEAD.pack_into(made, 0, code is not None, self.slug.encode(), digest, form, code or b"")
        np.frombuffer(made, CELL, offset=_HEAD.size)[:] = self.cells
        return made

    @classmethod
    def read(cls, message: bytes | memoryview) -> "Handed":
        """From its bytes, keeping none of them. Raises ValueError or struct.error for others."""
        coded, slug, digest, form, code = _HEAD.unpack_from(message)
        cells = np.frombuffer(message, dtype=CELL, offset=_HEAD.size).astype(np.intp)
        ballots = Ballots(form, code if coded else None)
        return cls(slug.rstrip(b"\0").decode(), digest.hex(), cells, ballots)


def wipe(message: bytearray, size: int) -> None:
    """Overwrite its first bytes, for ballots stand beside cells there.

    Memory that is given back keeps what it held until something else is put there.
    """
    message[:size] = bytes(size)


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
        arrivals = _Arrivals(doors)
        while goes_on():
            arrivals.look(0.0 if arrivals.waves else _PAUSE)
            for name in tuple(arrivals.waves):
                _fold(boxes, name, arrivals)


@dataclass(frozen=True, slots=True)
class _Waiting:
    connection: socket.socket
    handed: Handed

    def reply(self, word: bytes) -> None:
        """A web process that is gone by now does not wait for it."""
        with suppress(OSError):
            self.connection.send(word)


@dataclass(frozen=True, slots=True)
class _Arrivals:
    """What was handed over and not yet taken, by wave. Each has a thread that waits: not many."""

    doors: selectors.BaseSelector
    waves: dict[_Name, list[_Waiting]] = field(default_factory=dict)
    message: bytearray = field(default_factory=lambda: bytearray(LONGEST))
    """The one that is being read."""

    def look(self, patience: float) -> None:
        """See to all that is there by now; wait for the first of it, if need be."""
        while events := self.doors.select(patience):
            patience = 0.0
            for key, _ in events:
                if key.data is not None:
                    key.data(self.doors, key.fileobj)
                elif isinstance(connection := key.fileobj, socket.socket):
                    self._hear(connection)

    def take(self, name: _Name) -> list[_Waiting]:
        """All that wait for this wave; they are here no more."""
        return self.waves.pop(name, [])

    def _hear(self, connection: socket.socket) -> None:
        size = 0
        try:
            size = connection.recv_into(self.message)
            handed = Handed.read(memoryview(self.message)[:size])
        except (OSError, ValueError, struct.error):  # it hung up, or is not one of ours
            self.doors.unregister(connection)
            connection.close()
            return
        finally:
            wipe(self.message, size)
        wave = self.waves.setdefault((handed.slug, handed.fingerprint), [])
        wave.append(_Waiting(connection, handed))


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


@dataclass(slots=True)
class _Turn:
    """The commits of one wave while its lock is held: whoever comes during one shares the next."""

    arrivals: _Arrivals
    name: _Name
    size: int
    commits: int = COMMITS
    begun: float = field(default_factory=time.monotonic)
    """When the commit that is under way took its first step."""
    group: list[_Waiting] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def take(self) -> list[Entry]:
        """Whoever came until the commit was made ready, or `GATHER` after it was begun."""
        time.sleep(max(0.0, self.begun + GATHER - time.monotonic()))
        self.arrivals.look(0.0)
        self.group = self.arrivals.take(self.name)
        self.entries = [entry_of(w.handed.cells, w.handed.ballots, self.size) for w in self.group]
        return self.entries

    def tell(self) -> None:
        """To each of the group its outcome, once."""
        for waiting, entry in zip(self.group, self.entries, strict=True):
            if entry.outcome is not None:
                waiting.reply(entry.outcome.value.encode())
        self.group, self.entries = [], []

    def again(self) -> bool:
        """Whether somebody waits by now, or comes within `LINGER`."""
        self.commits -= 1
        if not self.commits:
            return False
        if self.name not in self.arrivals.waves:
            self.arrivals.look(LINGER)
        if self.name not in self.arrivals.waves:
            return False
        self.begun = time.monotonic()
        return True


def _fold(boxes: _Boxes, name: _Name, arrivals: _Arrivals) -> None:
    turn: _Turn | None = None
    # Whatever goes wrong, each web process meets it again by itself, and says it in its own words.
    with suppress(Exception):
        wave, box = boxes.of(name)
        turn = _Turn(arrivals, name, wave.layout.size)
        with box.slots.lock(SHARE):
            fold_group(box, wave, turn.take, turn.tell, turn.again)
            return
    for left in (*(turn.group if turn else ()), *arrivals.take(name)):
        left.reply(SELF)


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
