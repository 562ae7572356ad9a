"""Form ids and ballot hashes: the right to be counted once, without a cookie and without a time.

A form id is 16 random bytes and an HMAC over them, bound to one wave. It says that this server
made the form, and nothing about when or for whom. What the box keeps of it is a keyed hash.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Literal

from survey.box.model import Wave
from survey.web.secret import derive

Purpose = Literal["form", "code", "replay", "simulate"]

_RANDOM = 16
_SIGNATURE = 16
FORM_ID_LENGTH = 43
"""Characters of a form id: 32 bytes in base64url, without the padding sign."""


@dataclass(frozen=True, slots=True)
class WaveName:
    """What a ballot is bound to: another wave, or another layout, and it does not count."""

    slug: str
    fingerprint: str

    def __bytes__(self) -> bytes:
        return f"{self.slug}\n{self.fingerprint}".encode()


def name_of(wave: Wave) -> WaveName:
    """What the ballots of that wave are bound to."""
    return WaveName(wave.slug, wave.fingerprint)


def new_form_id(secret: bytes, wave: WaveName) -> str:
    """Make a one-time form id of 43 characters, all of them safe in HTML and URLs."""
    nonce = secrets.token_bytes(_RANDOM)
    return urlsafe_b64encode(nonce + _sign(secret, wave, nonce)).decode().rstrip("=")


def check_form_id(secret: bytes, wave: WaveName, text: str) -> bytes | None:
    """Return the 16 random bytes of a form id that this server made for `wave`, else None."""
    if len(text) != FORM_ID_LENGTH or not text.isascii():
        return None
    try:
        raw = urlsafe_b64decode(text + "=")
    except (Base64Error, ValueError):
        return None
    nonce, signature = raw[:_RANDOM], raw[_RANDOM:]
    # The last character has two spare bits: one ballot must have one spelling only.
    if urlsafe_b64encode(raw).decode().rstrip("=") != text:
        return None
    return nonce if hmac.compare_digest(signature, _sign(secret, wave, nonce)) else None


def ballot_hash(secret: bytes, wave: WaveName, purpose: Purpose, data: bytes) -> bytes:
    """Keyed hash (32 bytes) of a ballot: all that the box ever learns of a form id or code."""
    key = derive(secret, f"ballot hash: {purpose}")
    return hmac.digest(key, bytes(wave) + b"\n" + data, hashlib.sha256)


def _sign(secret: bytes, wave: WaveName, nonce: bytes) -> bytes:
    key = derive(secret, "form id")
    return hmac.digest(key, bytes(wave) + b"\n" + nonce, hashlib.sha256)[:_SIGNATURE]
