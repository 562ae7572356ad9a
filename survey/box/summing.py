"""The sum of many masks, in flat memory; also the program of the helpers that share the work.

A helper is this module in a process of its own. It gets the private key over a pipe (never on a
command line or in its environment), keeps nothing, and ends with the pipe. It imports little, so
that several of them fit into memory.
"""

from collections.abc import Iterable
from multiprocessing.connection import Connection

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from survey.box.layout import BoxError, Totals
from survey.box.mask import CELL, SEALED, unseal

SEGMENT = 32_768
"""Cells that are worked on at once: 128 KB of keystream, which a core's cache holds."""
_BLOCK = 16  # bytes of an AES block
DONE, REFUSED = b"done", b"refused "


class Summer:
    """Adds the masks of sealed seeds up. `total` is uint32, mod 2^32, whatever their order."""

    def __init__(self, key: X25519PrivateKey, fingerprint: str, size: int) -> None:
        self.total: Totals = np.zeros(size, dtype=CELL)
        self._key = key
        self._fingerprint = fingerprint
        # Keystream is what encrypting zeros gives; both buffers are used again and again.
        zeros = memoryview(bytes(4 * min(size, SEGMENT)))
        self._keystream = bytearray(len(zeros) + _BLOCK)
        stream = np.frombuffer(self._keystream, dtype=CELL)
        self._segments = [
            (zeros[: 4 * len(cells)], cells, stream[: len(cells)])
            for cells in (self.total[at : at + SEGMENT] for at in range(0, size, SEGMENT))
        ]

    def add(self, sealed: Iterable[bytes]) -> None:
        """Raises BoxError for a seed that does not open; the sum is then worthless."""
        for one in sealed:
            seed = unseal(self._key, self._fingerprint, one)
            encryptor = Cipher(algorithms.AES(seed), modes.CTR(bytes(_BLOCK))).encryptor()
            for zeros, cells, stream in self._segments:
                encryptor.update_into(zeros, self._keystream)
                np.add(cells, stream, out=cells)


def serve(descriptor: int) -> None:
    """Be a helper: the job first, then chunks of seeds, each answered; an empty one ends it."""
    pipe = Connection(descriptor)
    try:
        _work(pipe)
    except BoxError as error:
        pipe.send_bytes(REFUSED + str(error).encode())
    except (EOFError, OSError):
        return  # whoever started us is gone


def _work(pipe: Connection) -> None:
    key, fingerprint, size = pipe.recv()
    summer = Summer(X25519PrivateKey.from_private_bytes(key), fingerprint, size)
    while chunk := pipe.recv_bytes():
        summer.add(chunk[at : at + SEALED] for at in range(0, len(chunk), SEALED))
        pipe.send_bytes(DONE)
    pipe.send_bytes(summer.total.tobytes())
