"""The server's secret: 32 random bytes in a file of mode 0600, from which every key is derived."""

import contextlib
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SIZE = 32


class SecretError(Exception):
    """The secret cannot be used; the text is one sentence for whoever runs the server."""


def load_or_create_secret(path: Path) -> bytes:
    """Read the secret, or make it on the first start. Raises SecretError where it is not safe."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _read(path) if path.exists() else _create(path)
    except OSError as error:
        raise SecretError(
            f"The server's secret {path} cannot be used ({error.strerror}): "
            "let the server's user, and nobody else, read and write it."
        ) from error


@lru_cache
def derive(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose (HKDF-SHA-256, RFC 5869). Kept, as the secret is."""
    return HKDF(SHA256(), SIZE, salt=None, info=purpose.encode()).derive(secret)


def _create(path: Path) -> bytes:
    """Write under a name of its own and link it, so that two starting processes agree on one."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SIZE))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # the other process was first: its secret counts
            path.hardlink_to(draft)
    finally:
        draft.unlink()
    return _read(path)


def _read(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise SecretError(
            f"Others can read the server's secret {path}: run chmod 600 on it, "
            "and replace it if somebody may have copied it."
        )
    secret = path.read_bytes()
    if len(secret) != SIZE:
        raise SecretError(
            f"The server's secret {path} is {len(secret)} bytes long instead of {SIZE}: "
            "put the right file back from your backup."
        )
    return secret
