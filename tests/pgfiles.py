"""What an attacker reads in the files of a PostgreSQL server, without asking it.

Layouts: "Database Page Layout" in the PostgreSQL manual, and xlog_internal.h of its source.
"""

import struct
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import boxkit
import psycopg
import pytest
from boxkit import World, databases_of

from bench.postgres import Server

PAGE = 8192
_HEAP = struct.pack("<HH", PAGE, PAGE | 4)
"""Of a heap page: where its special space starts (nowhere), and its size with the version."""
SEGMENT = 16 * 1024 * 1024
_LONG = 2
"""Bit of a log page's info: its header is a long one."""
CLEARING = "SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'autovacuum%'"


@dataclass(frozen=True, order=True)
class Row:
    """A row as it lies in a page, whether anybody can still see it or not."""

    page: int
    item: int
    made_by: int
    """Number of the transaction that wrote it."""
    deleted_by: int
    values: bytes


@dataclass
class Copier:
    """Copies a server's files: of each only what changed since the last look.

    The write-ahead log is taken record by record, from `end` on. Other files follow it at a
    checkpoint only, of which there is one at every `apart`-th look.
    """

    end: int
    apart: int = 8
    records: bytes = b""
    """The log as far as it was taken; the server uses its files again."""
    _looks: int = 0
    _seen: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def __call__(self, world: World) -> Iterator[bytes]:
        """Pages of files, and what was added to the log in one piece."""
        data = server_of(world) / "data"
        with superuser(world) as connection:
            if self._looks % self.apart == 0:
                connection.execute("CHECKPOINT")
            start, self.end = self.end, log_end(connection)
            query = "SELECT oid::text FROM pg_database WHERE datname = current_database()"
            ((folder,),) = connection.execute(query).fetchall()
        self._looks += 1
        added = log(data, start, self.end)
        self.records += added
        yield added
        mine = data / "base" / str(folder)
        for path in (*mine.iterdir(), *(data / "global").iterdir(), *(data / "pg_xact").iterdir()):
            about = path.stat()
            if self._seen.get(path) != (about.st_mtime_ns, about.st_size):
                self._seen[path] = (about.st_mtime_ns, about.st_size)
                yield from pages_of(path)


@contextmanager
def installations(server: Server) -> Iterator[None]:
    """Every installation has its database on the server, whose dead rows nobody clears."""
    server.command("ALTER SYSTEM SET autovacuum = off")
    server.command("SELECT pg_reload_conf()")
    wait_until_nobody_clears(server)
    with databases_of(server) as url_of, pytest.MonkeyPatch.context() as patch:
        patch.setattr(boxkit, "url_of", url_of)
        yield
    server.command("ALTER SYSTEM RESET autovacuum")
    server.command("SELECT pg_reload_conf()")


def wait_until_nobody_clears(server: Server) -> None:
    """What is cleared in the databases of other tests, in which ballots have the same hashes, would
    be in the log of this one.
    """
    with server.connect() as connection:
        for _ in range(600):
            if connection.execute(CLEARING).fetchone() == (0,):
                return
            time.sleep(0.1)
    raise AssertionError("rows are still cleared")


def copier_of(server: Server) -> Copier:
    """One for an installation that is made from now on."""
    with server.connect() as connection:
        return Copier(log_end(connection))


def superuser(world: World) -> psycopg.Connection[tuple[object, ...]]:
    """A connection to the world's database."""
    database = str(world.engine.url.database)
    return psycopg.connect(
        host=str(server_of(world)), user="postgres", dbname=database, autocommit=True
    )


def server_of(world: World) -> Path:
    """The folder of the server: its socket, and its data."""
    return Path(str(world.engine.url.query["host"]))


def log_end(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    """How far the log is written."""
    row = connection.execute("SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint").fetchone()
    assert row is not None
    return int(str(row[0]))


def log(data: Path, start: int, end: int) -> bytes:
    """The records of the log from `start`, or a little before, to `end`, in one piece.

    Page headers are left out, as they cut records in two. What lies behind the end of the last page
    is from an earlier use of the file.
    """
    found: list[bytes] = []
    for path in sorted((data / "pg_wal").iterdir()):
        if len(path.name) != 24:
            continue
        segment = int(path.name[8:16], 16) * (2**32 // SEGMENT) + int(path.name[16:], 16)
        first = max(start, segment * SEGMENT) // PAGE
        last = min(end - 1, (segment + 1) * SEGMENT - 1) // PAGE
        with path.open("rb") as file:
            file.seek((first * PAGE) % SEGMENT)
            for number in range(first, last + 1):
                page = file.read(PAGE)[: end - number * PAGE]
                found.append(page[40 if page[2] & _LONG else 24 :])
    return b"".join(found)


def pages_of(path: Path) -> Iterator[bytes]:
    """A file, page by page."""
    content = path.read_bytes()
    return (content[at : at + PAGE] for at in range(0, len(content), PAGE))


def rows(page: bytes, number: int = 0) -> Iterator[Row]:
    """The rows of a heap page, dead ones, too."""
    if len(page) != PAGE or page[16:20] != _HEAP:
        return
    (lower,) = struct.unpack_from("<H", page, 12)
    for item in range((lower - 24) // 4):
        (pointer,) = struct.unpack_from("<I", page, 24 + 4 * item)
        offset, flags, length = pointer & 0x7FFF, pointer >> 15 & 3, pointer >> 17
        if flags == 1 and length > 23:
            made_by, deleted_by = struct.unpack_from("<II", page, offset)
            start = offset + page[offset + 22]
            values = page[start : offset + length]
            yield Row(number, item, made_by, deleted_by, values)


def table(world: World, name: str) -> list[Row]:
    """All rows in a table's file, dead ones, too."""
    with superuser(world) as connection:
        connection.execute("CHECKPOINT")
        row = connection.execute("SELECT pg_relation_filepath(%s::regclass)", (name,)).fetchone()
    assert row is not None
    path = server_of(world) / "data" / str(row[0])
    return [found for number, page in enumerate(pages_of(path)) for found in rows(page, number)]


def toasted(pages: Iterable[bytes]) -> set[bytes]:
    """Long values, put together from the chunks that lie in any of the pages."""
    chunks: dict[int, dict[int, bytes]] = {}
    for page in pages:
        for row in rows(page):
            if len(row.values) < 12:
                continue
            value, number, size = struct.unpack_from("<IiI", row.values)
            if number in range(1000) and size & 3 == 0 and size >> 2 == len(row.values) - 8:
                chunks.setdefault(value, {})[number] = row.values[12:]
    return {b"".join(parts[n] for n in sorted(parts)) for parts in chunks.values()}
