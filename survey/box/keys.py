"""Custody by key file: the wave's private key in one text file, mode 0600.

An opening needs an X25519 private key; where it comes from is custody's matter. A key file
protects those copies of the server that lack the file, and nothing else.
"""

import base64
import binascii
import os
import stat
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey.box.errors import KeyFileError
from survey.box.slots import make_private_folder, sync_folder

FORMAT = "survey-key/1"
_LARGEST = 4096  # bytes; a key file has some 300


class Keyed(Protocol):
    """What a private key can belong to: a wave, or the exported box of one."""

    @property
    def slug(self) -> str:
        """Of the wave."""

    @property
    def public_key(self) -> bytes:
        """X25519, 32 raw bytes."""


def make_key_file(path: Path, slug: str) -> bytes:
    """Draw a wave's key pair, keep the private key in a new file; the raw public key (32 bytes).

    Raises KeyFileError where the file already exists or cannot be written.
    """
    key = X25519PrivateKey.generate()
    try:
        make_private_folder(path.parent)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(_text(slug, key.private_bytes_raw()))
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except FileExistsError as error:
        raise KeyFileError(
            f"The key file {path} is already there, of a wave that this database does not have: "
            "move it away or choose another slug."
        ) from error
    except OSError as error:
        raise KeyFileError(f"The key file {path} cannot be written: {error.strerror}.") from error
    return key.public_key().public_bytes_raw()


def read_key_file(path: Path, wave: Keyed) -> X25519PrivateKey:
    """The private key in a file. Raises KeyFileError if others can read it, or as parse_key."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise KeyFileError(
                    f"The key file {path} can be read by others (mode {mode:04o}): "
                    f"run `chmod 600 {path}`."
                )
            content = file.read(_LARGEST + 1)
    except FileNotFoundError as error:
        raise KeyFileError(f"There is no key file {path}: give the path of the file.") from error
    except OSError as error:
        raise KeyFileError(f"The key file {path} cannot be read: {error.strerror}.") from error
    return parse_key(content, wave)


def parse_key(content: bytes, wave: Keyed) -> X25519PrivateKey:
    """The private key in the content of a key file (as uploaded or read).

    Raises KeyFileError where it is not a key file, or one of another wave.
    """
    lines = content[:_LARGEST].decode("utf-8", "replace").splitlines()
    pairs = (line.partition(":") for line in lines if line and not line.startswith("#"))
    found = {name.strip(): value.strip() for name, _, value in pairs}
    if len(content) > _LARGEST or found.get("format") != FORMAT or "wave" not in found:
        raise KeyFileError(
            f"This is not a key file: it must have the lines 'format: {FORMAT}', 'wave:' and "
            "'key:'. Give the file that was made together with the wave."
        )
    if found["wave"] != wave.slug:
        raise KeyFileError(
            f"This key file belongs to the wave '{found['wave']}', not to '{wave.slug}': "
            "give the file of this wave."
        )
    key = _decode(found.get("key", ""))
    require_key_of(key, wave)
    return key


def require_key_of(key: X25519PrivateKey, wave: Keyed) -> None:
    """Raises KeyFileError unless the key is the wave's: each wave has a key of its own."""
    if key.public_key().public_bytes_raw() != wave.public_key:
        raise KeyFileError(
            f"This key does not open the wave '{wave.slug}': it was made for another wave, or for "
            "an earlier one of the same name."
        )


def destroy_key_file(path: Path) -> None:
    """Overwrite and remove the file; again is fine. Raises OSError.

    Copies that somebody made, and what an SSD keeps of overwritten blocks, are out of reach.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        os.pwrite(handle, bytes(os.fstat(handle).st_size), 0)
        os.fdatasync(handle)
    finally:
        os.close(handle)
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def _text(slug: str, key: bytes) -> str:
    return (
        f"# The private key of the survey wave '{slug}'. Whoever holds it together with the\n"
        "# server can read the wave's exact totals. Keep it out of backups and never mail it.\n"
        "# It is destroyed when the wave is published.\n"
        f"format: {FORMAT}\n"
        f"wave: {slug}\n"
        f"key: {base64.b64encode(key).decode()}\n"
    )


def _decode(text: str) -> X25519PrivateKey:
    try:
        return X25519PrivateKey.from_private_bytes(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        raise KeyFileError(
            "The 'key:' line of this key file is damaged: it must be 44 characters of base64. "
            "Give an undamaged copy of the file."
        ) from error
