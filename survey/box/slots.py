"""State keys: two files per wave on the host, never in a database, image or backup.

The box's row names the slot whose key opens it. A commit writes the next key into the other slot
first and zeroes the old one last. Files are overwritten in place: on a file system or disk that
writes elsewhere (copy on write, SSD), put SURVEY_STATE_KEYS on a tmpfs.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from survey.box.errors import FoldUnavailable

KEY = 32
"""Bytes of a state key (AES-256)."""
NO_KEY = bytes(KEY)
PATIENCE = 10.0
"""Seconds to wait for the lock of a wave."""
_PAUSE = 0.0005


@dataclass(frozen=True, slots=True)
class Slots:
    """The two slots of one wave, and the host-wide lock under which they may be used."""

    folder: Path
    slug: str

    @contextmanager
    def lock(self, patience: float = PATIENCE) -> Iterator[None]:
        """Hold the wave's lock: one holder among all threads and processes of this host.

        It is free as soon as its holder dies. Raises FoldUnavailable after `patience` seconds.
        """
        handle = self._open_lock()
        try:
            _take(handle, patience)
            yield
        finally:
            os.close(handle)

    def create(self, key: bytes) -> None:
        """Make both files, with `key` in slot 0. Raises OSError."""
        make_private_folder(self.folder)
        self.write(0, key)
        self.write(1, NO_KEY)
        self.sync()

    def read(self, slot: int) -> bytes | None:
        """The key in that slot; None where it was zeroed or the file is gone."""
        try:
            handle = os.open(self._path(slot), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            key = os.pread(handle, KEY + 1, 0)
        finally:
            os.close(handle)
        return key if len(key) == KEY and key != NO_KEY else None

    def write(self, slot: int, key: bytes) -> None:
        """Put a key into a slot; it is on disk when this returns. Raises OSError."""
        handle, new = self._open(slot)
        try:
            if os.pwrite(handle, key, 0) != KEY:
                raise OSError(f"{self._path(slot)} was cut short")
            os.fdatasync(handle)
        finally:
            os.close(handle)
        if new:
            self.sync()

    def sync(self) -> None:
        """Make the names of the slots survive a power cut, whoever made the files. Raises OSError.

        For after a crash: its maker may have died before it did.
        """
        sync_folder(self.folder)

    def zero(self, slot: int) -> None:
        """Forget the key in that slot, on disk too. Raises OSError."""
        self.write(slot, NO_KEY)

    def forget(self) -> None:
        """Zero whatever key is there. Raises OSError."""
        for slot in (0, 1):
            if self.read(slot) is not None:
                self.zero(slot)

    def remove(self) -> None:
        """Forget the keys and remove all files; the caller holds the lock. Raises OSError."""
        self.forget()
        for name in (0, 1, "lock"):
            Path(self._path(name)).unlink(missing_ok=True)
        sync_folder(self.folder)

    def exist(self) -> bool:
        """Whether a slot file is left."""
        return any(Path(self._path(slot)).exists() for slot in (0, 1))

    def _path(self, name: int | str) -> str:
        return f"{self.folder}/{self.slug}.{name}"

    def _open(self, slot: int) -> tuple[int, bool]:
        """A handle to write through, and whether the file holds no key yet, so its name is new."""
        path, flags = self._path(slot), os.O_WRONLY | os.O_CLOEXEC
        try:
            handle = os.open(path, flags)
            return handle, os.fstat(handle).st_size < KEY
        except FileNotFoundError:
            return os.open(path, flags | os.O_CREAT, 0o600), True

    def _open_lock(self) -> int:
        path, flags = self._path("lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        try:
            try:
                return os.open(path, flags, 0o600)
            except FileNotFoundError:  # a tmpfs is empty after a restart
                make_private_folder(self.folder)
                return os.open(path, flags, 0o600)
        except OSError as error:
            raise FoldUnavailable(
                f"The folder of the state keys ({self.folder}) cannot be used: {error.strerror}."
            ) from error


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter; an existing one stays as it is."""
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make what was created or removed in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _take(handle: int, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise FoldUnavailable(
                    "The server is too busy right now: please try again in a minute."
                ) from None
            time.sleep(_PAUSE)
        else:
            return
