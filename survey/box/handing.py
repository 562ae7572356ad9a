"""A web process hands what it would fold to the folding process of its host, if there is one."""

import socket
import struct
import threading

from survey.box.errors import FoldUnavailable
from survey.box.fold import Folder
from survey.box.folding import SELF, SOCKET, Cells, Handed, wipe
from survey.box.group import Ballots, Outcome
from survey.box.model import Wave
from survey.box.slots import PATIENCE
from survey.config import Config

_LATE = "The server is too busy right now: please try again in a minute."


class FoldingProcess:
    """The way to it. Make one per web process; each thread has a connection of its own.

    `patience` is how many seconds to wait for the outcome: as long as folding by itself may take.
    """

    def __init__(self, config: Config, patience: float = PATIENCE + 2) -> None:
        self._path = str(config.state_keys / SOCKET)
        self._patience = patience
        self._mine = threading.local()

    def ask(self, handed: Handed) -> Outcome | None:
        """What became of a response; None where this process shall fold it by itself.

        That is safe whatever became of it there, as its ballots count once. Raises
        FoldUnavailable where no answer comes.
        """
        try:
            connection = self._connection()
            message = handed.message()
            try:
                connection.send(message)
            finally:
                wipe(message, len(message))
            said = connection.recv(len(SELF) + 64)
        except BlockingIOError:
            self._hang_up()
            raise FoldUnavailable(_LATE) from None
        except OSError:
            self._hang_up()
            return None
        if not said:
            self._hang_up()
        return None if said in (b"", SELF) else Outcome(said.decode())

    def _connection(self) -> socket.socket:
        found: socket.socket | None = getattr(self._mine, "connection", None)
        if found is None:
            found = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._mine.connection = found
            # The system's own timeout: Python's would ask first whether there is something to read.
            seconds, part = divmod(self._patience, 1)
            limit = struct.pack("ll", int(seconds), int(part * 1e6))
            found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
            found.connect(self._path)
        return found

    def _hang_up(self) -> None:
        # A reply that comes later must not be taken for that to the next response.
        found: socket.socket | None = getattr(self._mine, "connection", None)
        self._mine.connection = None
        if found is not None:
            found.close()


class HandingFolder:
    """Folds like a Folder, elsewhere where that can be."""

    def __init__(self, folder: Folder, process: FoldingProcess, wave: Wave) -> None:
        self._folder, self._process = folder, process
        self._slug, self._fingerprint = wave.slug, wave.fingerprint

    def fold(self, cells: Cells, ballots: Ballots) -> Outcome:
        """As Folder.fold."""
        handed = Handed(self._slug, self._fingerprint, cells, ballots)
        return self._process.ask(handed) or self._folder.fold(cells, ballots)
