"""Custody by stewards: a wave's key as words on sheets. So many sheets open it, fewer say nothing.

A 16-byte seed -> HKDF-SHA256 -> X25519 key; the seed is shared as SLIP-39 words (20 a steward): one
group, no passphrase, iteration exponent 0 (a random seed needs no stretching), extendable. Pure:
touches no file and no database, so that it runs offline. Nothing here is ever written by us but
what the caller puts on paper.

The wave's slug goes into the derivation, so the same words make another key for another wave. The
identifier that every sheet begins with comes from the public key, so that a single sheet tells
whether it belongs to a wave (a stranger's fits once in 32,768).
"""

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from shamir_mnemonic import EncryptedMasterSecret, MnemonicError, Share, recover_ems, split_ems
from shamir_mnemonic.shamir import ShareGroup

from survey.box.layout import BoxError
from survey.box.model import Quorum, StewardKey, Wave

SEED = 16
"""Bytes of the seed: 128 bits."""
MOST = 9
"""Stewards of one wave, at most."""
FORMAT = "survey-stewards/1"
_DERIVE = b"survey-steward-key/1 "
_IDENTIFY = b"survey-steward-sheets/1 "
_CHECK = 8  # hex digits at the end of a written public key: a slip of the pen shows
_LINE = re.compile(
    FORMAT + r":(?P<slug>[a-z0-9-]{1,64}):(?P<threshold>[1-9])-of-(?P<count>[1-9])"
    r":(?P<key>[0-9a-f]{64}):(?P<check>[0-9a-f]{8})"
)


class StewardError(BoxError):
    """Stewards' words or their public key cannot be taken; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One steward's part. Its words are secret and never shown by repr."""

    number: int
    """Of the steward: 1 to the quorum's count."""
    words: tuple[str, ...] = field(repr=False)


def make_stewards(slug: str, quorum: Quorum) -> tuple[StewardKey, tuple[Sheet, ...]]:
    """Draw a wave's key and share it. The key itself is forgotten: only the sheets hold it.

    Raises StewardError for a quorum that cannot be.
    """
    return share(os.urandom(SEED), slug, quorum)


def share(seed: bytes, slug: str, quorum: Quorum) -> tuple[StewardKey, tuple[Sheet, ...]]:
    """Public key and sheets of a seed; the sheets are random, and every set of them is tried."""
    require_quorum(quorum)
    public_key = private_key(seed, slug).public_key().public_bytes_raw()
    secret = EncryptedMasterSecret.from_master_secret(
        seed, b"", identifier(public_key), extendable=True, iteration_exponent=0
    )
    (shares,) = split_ems(1, [(quorum.threshold, quorum.count)], secret)
    around = shares + shares[: quorum.threshold - 1]
    for start in range(quorum.count):
        if seed_of(around[start : start + quorum.threshold]) != seed:
            raise StewardError("The sheets do not make the key that they were made of: try again.")
    sheets = tuple(Sheet(s.index + 1, tuple(s.words())) for s in shares)
    return StewardKey(slug, quorum, public_key), sheets


def private_key(seed: bytes, slug: str) -> X25519PrivateKey:
    """The key that a seed (16 bytes) makes for the wave of that slug."""
    derive = HKDF(SHA256(), 32, salt=None, info=_DERIVE + slug.encode())
    return X25519PrivateKey.from_private_bytes(derive.derive(seed))


def seed_of(shares: Iterable[Share]) -> bytes:
    """The seed that exactly enough different shares make. Raises StewardError otherwise."""
    group = ShareGroup()
    try:
        for one in shares:
            group.add(one)
        seed: bytes = recover_ems({0: group}).decrypt(b"")
    except MnemonicError as error:
        raise StewardError("These sheets do not belong together.") from error
    return seed


def identifier(public_key: bytes) -> int:
    """The 15 bits that all sheets of a key begin with; the first two words tell them."""
    return int.from_bytes(hashlib.sha256(_IDENTIFY + public_key).digest()[:2]) >> 1


def key_fingerprint(public_key: bytes) -> str:
    """The first 64 bits of SHA-256 of a public key, to be read aloud: "1a2b 3c4d 5e6f 7a8b"."""
    return short(hashlib.sha256(public_key).hexdigest())


def short(digest: str) -> str:
    """The first 16 hex digits of a digest in fours."""
    return " ".join(digest[at : at + 4] for at in range(0, 16, 4))


def key_of(wave: Wave) -> StewardKey:
    """The public half of the wave's key. Raises StewardError where no stewards hold it."""
    if wave.quorum is None:
        raise StewardError(
            f"The key of wave '{wave.slug}' is in a key file: no steward has words for it."
        )
    return StewardKey(wave.slug, wave.quorum, wave.public_key)


def require_quorum(quorum: Quorum) -> None:
    """Raises StewardError unless there are 1 to 9, and no single one of several opens the box."""
    least = 1 if quorum.count == 1 else 2
    if not 1 <= quorum.count <= MOST:
        raise StewardError(f"There can be 1 to {MOST} stewards, not {quorum.count}.")
    if not least <= quorum.threshold <= quorum.count:
        raise StewardError(
            f"Of {quorum.count} stewards, {least} to {quorum.count} can be needed to open the box, "
            f"not {quorum.threshold}."
        )


def line_of(key: StewardKey) -> str:
    """A public key as one line to paste or type, with whom it is for and a check at the end."""
    quorum = f"{key.quorum.threshold}-of-{key.quorum.count}"
    text = f"{FORMAT}:{key.slug}:{quorum}:{key.public_key.hex()}"
    return f"{text}:{_check(text)}"


def parse_line(text: str) -> StewardKey:
    """A public key from its line, blanks and line ends ignored. Raises StewardError."""
    plain = "".join(text.split())
    found = _LINE.fullmatch(plain)
    if found is None:
        raise StewardError(
            f"This is not a stewards' public key: it is one line that begins with '{FORMAT}:', as "
            "`keygen` prints it."
        )
    if found["check"] != _check(plain[: -_CHECK - 1]):
        raise StewardError(
            "This public key was mistyped somewhere: its last 8 characters do not fit the others."
        )
    quorum = Quorum(int(found["threshold"]), int(found["count"]))
    require_quorum(quorum)
    return StewardKey(found["slug"], quorum, bytes.fromhex(found["key"]))


def _check(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_CHECK]
