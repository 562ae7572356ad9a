"""A small disk of its own that can be filled, and what a PostgreSQL server has on it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.postgres import PLAIN_USER, Server

PAGE = 8192
"""Bytes by which a table of PostgreSQL grows."""


@dataclass(frozen=True)
class SmallDisk:
    """A file system of some megabytes, in memory."""

    folder: Path

    def fill(self, pages: int = 0) -> None:
        """Leave room for so many pages."""
        handle = os.open(self._filler, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            while True:
                os.write(handle, bytes(PAGE // 2))
        except OSError:
            os.ftruncate(handle, os.fstat(handle).st_size - pages * PAGE)
        finally:
            os.close(handle)

    def make_room(self) -> None:
        """As after somebody deleted what filled it."""
        self._filler.unlink(missing_ok=True)

    def give(self, name: str) -> Path:
        """A folder on it that the server may use."""
        made = self.folder / name
        made.mkdir(mode=0o700)
        shutil.chown(made, PLAIN_USER)
        return made

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """One that is gone afterwards. Skips the test where it may not be made."""
    folder = Path(tempfile.mkdtemp(prefix="survey-disk-"))
    folder.chmod(0o755)
    size = f"size={megabytes}m,mode=755"
    command = ("mount", "-t", "tmpfs", "-o", size, "survey-disk", str(folder))
    done = subprocess.run(command, capture_output=True, check=False)
    try:
        if done.returncode:
            pytest.skip(
                "No small disk may be mounted here, so PostgreSQL's is not filled: run as root."
            )
        yield SmallDisk(folder)
    finally:
        if not done.returncode:
            subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


def put_log_on(server: Server, disk: SmallDisk) -> None:
    """Move the server's write-ahead log there; it is started anew."""
    server.stop()
    log = server.data / "pg_wal"
    moved = disk.give("log")
    shutil.copytree(log, moved, dirs_exist_ok=True)
    for path in (moved, *moved.rglob("*")):
        shutil.chown(path, PLAIN_USER)
    shutil.rmtree(log)
    log.symlink_to(moved)
    server.start()


def put_tables_on(server: Server, disk: SmallDisk, database: str) -> None:
    """Make an empty database there; so are those that are copied from it."""
    folder = disk.give("tables")
    server.command(f"CREATE TABLESPACE small LOCATION '{folder}'")
    server.make_database(database)
    server.command(f"ALTER DATABASE {database} SET TABLESPACE small")
