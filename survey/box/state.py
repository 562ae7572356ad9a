"""What a box holds, and its one blob under the state key.

The blob has the same length whatever was answered. It holds the masked totals, how many responses
they count, and the hashes of the latest ballots, which leave it 25 ballots or more at a time.
"""

import struct
from dataclasses import dataclass

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from survey.box.layout import BoxError, Totals
from survey.box.mask import CELL

HASH = 32
"""Bytes of a ballot hash."""
FLUSH = 25
"""Ballots whose hashes leave the blob at once, at least."""
CAPACITY = 2 * (FLUSH - 1)
"""Hashes that the blob has room for: form id and code of each ballot that waits."""

_HEAD = struct.Struct("<HHII")  # version, hashes, ballots, responses
_VERSION = 1
# A nonce must not repeat under one key; each key encrypts one blob, so it may be constant.
_NONCE = bytes(12)


@dataclass(frozen=True, slots=True)
class Binding:
    """What a blob belongs to: it opens for this wave, id and fingerprint only."""

    wave_id: int
    slug: str
    fingerprint: str
    size: int
    """Cells of the layout."""

    @property
    def associated(self) -> bytes:
        """Associated data of the AES-GCM blob."""
        return f"survey-box/1 {self.wave_id} {self.slug} {self.fingerprint}".encode()


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """The content of a box: `masked` is uint32 of the layout's size, read-only."""

    responses: int
    ballots: int
    """Ballots whose hashes still wait in the blob."""
    hashes: frozenset[bytes]
    masked: Totals
    checkpoint_key: bytes = b""
    """Opens the checkpoint that waits for more answers; empty where none does."""


def empty_state(size: int) -> State:
    """A box that nobody has answered into."""
    return State(0, 0, frozenset(), np.zeros(size, dtype=CELL))


def encrypt(state: State, binding: Binding, key: bytes) -> bytes:
    """The blob of a state under a state key that was never used before."""
    hashes = b"".join(sorted(state.hashes)).ljust(CAPACITY * HASH, b"\0")
    head = _HEAD.pack(_VERSION, len(state.hashes), state.ballots, state.responses)
    masked = state.masked.astype(CELL, copy=False).tobytes()
    plain = b"".join((head, hashes, masked, state.checkpoint_key))
    return AESGCM(key).encrypt(_NONCE, plain, binding.associated)


def decrypt(blob: bytes, binding: Binding, key: bytes) -> State | None:
    """The state in a blob; None where the key does not fit it or it belongs elsewhere."""
    try:
        plain = AESGCM(key).decrypt(_NONCE, blob, binding.associated)
    except InvalidTag:
        return None
    version, count, ballots, responses = _HEAD.unpack_from(plain)
    if version != _VERSION:
        raise BoxError(
            f"The box of wave '{binding.slug}' was written by another version of this program: "
            "run that version until the wave is published."
        )
    hashes = range(_HEAD.size, _HEAD.size + count * HASH, HASH)
    cells = _HEAD.size + CAPACITY * HASH
    return State(
        responses,
        ballots,
        frozenset(plain[at : at + HASH] for at in hashes),
        np.frombuffer(plain, dtype=CELL, count=binding.size, offset=cells),
        plain[cells + CELL.itemsize * binding.size :],
    )
