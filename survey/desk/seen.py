"""What a preview hands to publishing: the finished release, sealed, on the page itself.

The private key is used for the preview and dropped with it. What is left to publish holds nothing
that the gate did not let through, so it may travel through the browser; it is encrypted all the
same, because figures are shown to nobody before they are published. Nothing is stored here, and
it does not matter which server process gets which of the two requests.
"""

import base64
import binascii
import os
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from survey.box.model import Wave
from survey.web.secret import derive
from survey.web.services import services

_NONCE = 12


def seal_seen(wave: Wave, body: bytes) -> str:
    """A release as text that only this installation can read, for this closed box only."""
    nonce = os.urandom(_NONCE)
    sealed = _cipher().encrypt(nonce, zlib.compress(body, 9), _bound_to(wave))
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def open_seen(wave: Wave, text: str) -> bytes | None:
    """The release; None where it was changed, or is of another box or installation."""
    try:
        content = base64.urlsafe_b64decode(text.encode("ascii", "replace"))
        plain = _cipher().decrypt(content[:_NONCE], content[_NONCE:], _bound_to(wave))
    except (binascii.Error, ValueError, InvalidTag):
        return None
    return zlib.decompress(plain)


def _cipher() -> AESGCM:
    return AESGCM(derive(services().secret, "releases that were looked at"))


def _bound_to(wave: Wave) -> bytes:
    return f"survey-seen/1 {wave.id} {wave.slug} {wave.digest}".encode()
