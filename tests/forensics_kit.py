"""What an attacker does with every byte that was ever copied; used by tests of each engine.

The attacker copied all database files after every commit, and in the end also got the wave's
private key and the state keys that lay on the host. Nothing here asks the program for help: bytes
are carved, and whatever opens is tried.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from boxkit import World
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from survey.box.layout import Totals
from survey.box.mask import mask, unseal
from survey.box.slots import KEY
from survey.box.state import CAPACITY, HASH, Binding, State, decrypt

# AES-GCM with a nonce of twelve zero bytes: block 1 makes the tag, the text starts with block 2.
_FIRST = bytes(12) + (2).to_bytes(4, "big")
_HEAD = 12
"""Bytes of a state before its hashes: version, hashes (16 bits), ballots, responses (32 bits)."""
PAGE = 4096
"""Bytes of a page of SQLite."""


@dataclass
class Copies:
    """Every piece (a page, a log frame, a file) of every copy, kept once, when it was first seen.

    A copy after each commit would be hundreds of megabytes that are nearly all alike.
    """

    moments: list[list[bytes]] = field(default_factory=list)
    """Pieces that the copy of each moment had and none before it."""
    _seen: set[bytes] = field(default_factory=set)

    def add(self, pieces: Iterable[bytes]) -> None:
        """One more moment."""
        new = [piece for piece in dict.fromkeys(pieces) if piece not in self._seen]
        self._seen.update(new)
        self.moments.append(new)

    @property
    def pieces(self) -> list[bytes]:
        """Everything that was ever copied, once."""
        return [piece for new in self.moments for piece in new]

    def first_seen(self, needles: Collection[bytes]) -> Mapping[bytes, int]:
        """At which moment each byte string was first on disk, of those that ever were."""
        found: dict[bytes, int] = {}
        for moment, new in enumerate(self.moments):
            everything = b"".join(piece + b"\0" for piece in new)
            left = (needle for needle in needles if needle not in found)
            found |= {needle: moment for needle in left if needle in everything}
        return found


@dataclass(frozen=True)
class Loot:
    """What lay with the stewards and on the host in the end, and which wave it is about."""

    binding: Binding
    private: X25519PrivateKey
    keys: tuple[bytes, ...]
    """State keys on the host at the time of the seizure."""

    def open(self, blob: bytes) -> State | None:
        """The state in a blob, with any key that was seized."""
        opened = (decrypt(blob, self.binding, key) for key in self.keys)
        return next((state for state in opened if state is not None), None)

    def masks(self, seeds: Iterable[bytes]) -> list[Totals]:
        """The masks behind sealed seeds, which the private key opens."""
        fingerprint, size = self.binding.fingerprint, self.binding.size
        return [mask(unseal(self.private, fingerprint, sealed), size) for sealed in seeds]


def pieces(world: World) -> Iterator[bytes]:
    """All files of a SQLite database, cut where SQLite cuts them."""
    for path in sorted(world.config.data.glob("survey.db*")):
        content = path.read_bytes()
        if path.name.endswith("-wal"):
            yield content[:32]
            for at in range(32, len(content), 24 + PAGE):
                yield from (content[at : at + 24], content[at + 24 : at + 24 + PAGE])
        else:
            yield from (content[at : at + PAGE] for at in range(0, len(content), PAGE))


def carve(data: bytes, binding: Binding, keys: Iterable[bytes]) -> list[State]:
    """Every state that any of the keys opens, wherever in `data` its blob lies in one piece.

    With the key of a checkpoint that waits, or without.
    """
    sizes = (blob_size(binding.size), blob_size(binding.size) + KEY)
    found = []
    cells = np.frombuffer(data, np.uint8)
    for key in keys:
        stream = np.frombuffer(_keystream(key), np.uint8)
        like = (cells[:-1] ^ stream[0] == 1) & (cells[1:] == stream[1])  # version 1
        for at in np.flatnonzero(like):
            tried = (decrypt(data[at : at + size], binding, key) for size in sizes)
            found += [state for state in tried if state is not None]
    return found


def windows(pieces: Iterable[bytes], step: int) -> set[bytes]:
    """All that could be a state key: 32 bytes at each such alignment, but for plain padding."""
    found = {
        piece[at : at + KEY] for piece in pieces for at in range(0, len(piece) - KEY + 1, step)
    }
    # 32 random bytes hold 30 different ones on average, and hardly ever fewer than 20.
    return {window for window in found if len(set(window)) >= 16}


def keys_that_open(
    candidates: Iterable[bytes], blobs: Collection[bytes], binding: Binding
) -> dict[bytes, State]:
    """Which of the candidates open any of the blobs, and what these hold."""
    starts: dict[bytes, list[bytes]] = {}
    for blob in set(blobs):
        starts.setdefault(bytes((blob[0] ^ 1, blob[1])), []).append(blob)
    found = {}
    for key in candidates:
        for blob in starts.get(_keystream(key)[:2], ()):
            if (state := decrypt(blob, binding, key)) is not None:
                found[key] = state
    return found


def is_a_sum(total: Totals, responses: int) -> bool:
    """Whether it can be a sum of so many answers: no cell is above their number. Noise is not."""
    return bool((total <= responses).all())


def sums(
    state: State, masks: Sequence[Totals], sets: Iterable[Collection[int]]
) -> list[tuple[int, Totals]]:
    """Sums of answers that come out of a state when those sets of masks are taken off it."""
    found = []
    for number, chosen in enumerate(sets):
        total = state.masked.copy()
        for index in chosen:
            total -= masks[index]
        if is_a_sum(total, state.responses):
            found.append((number, total))
    return found


def blob_size(size: int) -> int:
    """Bytes of the blob of a box with so many cells, and no checkpoint that waits."""
    return _HEAD + CAPACITY * HASH + 4 * size + 16


def _keystream(key: bytes) -> bytes:
    """What the first 16 bytes of a state are xored with under that state key."""
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(_FIRST)
