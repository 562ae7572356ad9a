"""Masks over the totals, and their seeds sealed to the wave's public key.

Each commit adds `mask(seed)` to the totals and keeps only `seal(seed)`, so that the running server
cannot read what it has counted. Sealing is HPKE base mode (RFC 9180: X25519, HKDF-SHA256,
AES-256-GCM), one message per encapsulation.
"""

import os
from dataclasses import dataclass

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from survey.box.layout import BoxError, Totals

SEED = 32
"""Bytes of a seed: an AES-256 key."""
SEALED = 80
"""Bytes of a sealed seed: encapsulated key 32, seed 32, tag 16."""
CELL = np.dtype("<u4")
"""A cell as it is stored: uint32, little-endian on every machine."""

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_PURPOSE = b"survey-seed/1 "


@dataclass(frozen=True, slots=True, eq=False)
class Sealed:
    """A fresh mask and the seal of its seed; the seed itself is gone. For one commit only."""

    mask: Totals
    seal: bytes


def fresh(public_key: bytes, fingerprint: str, size: int) -> Sealed:
    """Draw a seed, and forget it: what is left is its mask (uint32, `size` long) and its seal."""
    seed = os.urandom(SEED)
    return Sealed(mask(seed, size), seal(public_key, fingerprint, seed))


def mask(seed: bytes, size: int) -> Totals:
    """The AES-256-CTR keystream of a 32-byte seed as `size` uint32 cells, to add mod 2^32.

    The counter starts at zero: a seed is the key of one mask and of nothing else.
    """
    encryptor = Cipher(algorithms.AES(seed), modes.CTR(bytes(16))).encryptor()
    return np.frombuffer(encryptor.update(bytes(4 * size)), dtype=CELL)


def seal(public_key: bytes, fingerprint: str, seed: bytes) -> bytes:
    """Encrypt a seed (32 bytes) to the raw X25519 key: 80 bytes, bound to the fingerprint."""
    key = X25519PublicKey.from_public_bytes(public_key)
    return _SUITE.encrypt(seed, key, info=_info(fingerprint))


def unseal(private_key: X25519PrivateKey, fingerprint: str, sealed: bytes) -> bytes:
    """The seed. Raises BoxError for another key, another definition or a damaged seal."""
    try:
        return _SUITE.decrypt(sealed, private_key, info=_info(fingerprint))
    except (InvalidTag, ValueError) as error:
        raise BoxError(
            "A sealed seed does not open: the key or the definition is of another wave, or the "
            "box is damaged. Nothing was opened."
        ) from error


def _info(fingerprint: str) -> bytes:
    return _PURPOSE + bytes.fromhex(fingerprint)
