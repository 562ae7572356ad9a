"""A small wave with everything it needs, for tests of rooms that need a box."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psycopg
from sqlalchemy import Engine, make_url

from bench.postgres import Server
from survey.box.fold import Ballots, Folder, Outcome, fold_many
from survey.box.keys import read_key_file
from survey.box.layout import Totals, cells_of
from survey.box.unseal import open_totals
from survey.box.waves import NewWave, Wave, create_wave, find_wave, key_file
from survey.config import Config, load_config
from survey.instrument.model import Answers
from survey.store.engine import make_engine
from survey.store.migrate import upgrade

DEFINITION = """
format: survey-definition/1
id: small
title: {en: Small}
languages: [en]
k: 5
breakdowns:
  role: {from: role, groups: {therapist: [therapist], others: [peer, nurse]}}
  load: {from: caseload, bands: {low: [0, 30], high: [30, null]}}
sections:
  - id: job
    title: {en: Your job}
    questions:
      - id: role
        kind: choice
        text: {en: Which job?}
        options: {therapist: {en: Therapist}, peer: {en: Peer}, nurse: {en: Nurse}}
      - {id: caseload, kind: number, unit: people, edges: [10, 30, 60], by: [role],
         text: {en: How many?}}
      - {id: pay, kind: number, unit: USD/hour, edges: [16, 20, 30], by: [role, load],
         text: {en: Pay?}}
      - {id: leave, kind: scale, sensitive: true, by: [role], text: {en: Leave?},
         options: {never: {en: Never}, likely: {en: Likely}}}
      - {id: why, kind: choices, max: 2, show_if: {leave: [likely]}, text: {en: Why?},
         options: {pay: {en: Pay}, load: {en: Load}, team: {en: Team}}}
      - {id: benefits, kind: choices, by: [role, load], text: {en: Which?},
         options: {health: {en: Health}, time: {en: Time off}, pension: {en: Pension}}}
"""


@dataclass(frozen=True)
class World:
    """One installation with one wave."""

    config: Config
    engine: Engine
    wave: Wave

    def now(self) -> Wave:
        """The wave as its row stands."""
        found = find_wave(self.engine, self.wave.slug)
        assert found is not None
        return found

    def folder(self) -> Folder:
        """A folder as a process of its own would have."""
        return Folder(self.engine, self.config, self.wave)

    def opened(self) -> Totals:
        """The totals of the closed wave."""
        key = read_key_file(key_file(self.config, self.wave.slug), self.now())
        return open_totals(self.engine, self.config, self.now(), key)

    def fold_all(self, responses: Iterable[tuple[Answers, Ballots]], at_once: int) -> None:
        """Fold these, so many in each commit; every one must count."""
        pairs = ((self.cells(answers), ballots) for answers, ballots in responses)
        outcomes = fold_many(self.engine, self.config, self.wave, pairs, at_once)
        assert set(outcomes) == {Outcome.COUNTED}

    def stored(self) -> bytes:
        """Every byte of the database's own files. On PostgreSQL its write-ahead log is not one."""
        url = self.engine.url
        if url.get_backend_name() == "sqlite":
            return b"".join(p.read_bytes() for p in self.config.data.glob("survey.db*"))
        return table_files(Path(str(url.query["host"])), str(url.database))

    def cells(self, answers: Answers) -> np.ndarray:
        """The cells of a response."""
        return cells_of(self.wave.layout, answers)

    def counted(self, responses: Sequence[Answers]) -> Totals:
        """What the totals of these responses must be."""
        totals = np.zeros(self.wave.layout.size, dtype=np.uint32)
        for answers in responses:
            totals[self.cells(answers)] += 1
        return totals


def url_of(folder: Path) -> str:
    """Where the installation below that folder has its database; the fixture on_postgres sets it.

    "" is the SQLite file in its data folder. A program of its own is told by DATABASE.
    """
    return os.environ.get(DATABASE, "")


DATABASE = "BOXKIT_DATABASE_URL"
_numbers = count(1)


@contextmanager
def databases_of(server: Server) -> Iterator[Callable[[Path], str]]:
    """A database of its own for each folder that is asked about, gone afterwards."""
    made: dict[Path, str] = {}

    def url_of(folder: Path) -> str:
        if folder not in made:
            made[folder] = f"test{next(_numbers)}"
            server.make_database(made[folder], "migrated")
        return server.url(made[folder])

    try:
        yield url_of
    finally:
        for name in made.values():
            server.drop_database(name)


def table_files(server: Path, database: str) -> bytes:
    """Every byte of every file of a database in that server's folder."""
    with psycopg.connect(host=str(server), user="postgres", autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        query = "SELECT oid FROM pg_database WHERE datname = %s"
        ((oid,),) = connection.execute(query, (database,)).fetchall()
    folder = server / "data" / "base" / str(oid)
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def config_in(folder: Path) -> Config:
    """Settings of an installation below that folder."""
    settings = {"SURVEY_DATA": str(folder / "data"), "SURVEY_DATABASE_URL": url_of(folder)}
    return load_config(settings)


def engine_in(folder: Path) -> Engine:
    """A migrated database below that folder."""
    url = config_in(folder).database_url
    give_tables(url)
    engine = make_engine(url)
    upgrade(engine)
    return engine


def give_tables(url: str) -> None:
    """Put a new SQLite file with all tables where there is none: to make them takes longer."""
    parsed = make_url(url)
    path = Path(str(parsed.database))
    if parsed.get_backend_name() == "sqlite" and not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(_with_tables())


@cache
def _with_tables() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "new.db")
        engine = make_engine(f"sqlite:///{path}")
        upgrade(engine)
        engine.dispose()
        return path.read_bytes()


def new_wave(slug: str = "north", **changes: object) -> NewWave:
    """What create_wave takes, with the small definition unless told otherwise."""
    values: dict[str, object] = {"definition": DEFINITION, "campaign": "clinic"}
    values |= {"campaign_name": "Clinic workers", "access": "open"} | changes
    return NewWave(slug=slug, **values)  # type: ignore[arg-type]


def make_world(folder: Path, **changes: object) -> World:
    """An installation below that folder with one open wave."""
    config, engine = config_in(folder), engine_in(folder)
    return World(config, engine, create_wave(engine, config, new_wave(**changes)))


def hashed(text: str) -> bytes:
    """A ballot hash."""
    return hashlib.sha256(text.encode()).digest()


def ballot(number: int) -> Ballots:
    """A ballot of an open-link wave."""
    return Ballots(hashed(f"form {number}"))


def coded(number: int, code: int | None = None) -> Ballots:
    """A ballot with a code, by default the one of the same number."""
    return Ballots(hashed(f"form {number}"), hashed(f"code {number if code is None else code}"))


def wide_definition(questions: int, groups: int = 24) -> str:
    """A definition of some 360 cells per question (with 24 groups): for load and storms."""
    names = [f"o{i}" for i in range(groups)]
    broken_down = ", ".join(f"{n}: [{n}]" for n in names)
    options = ", ".join(f"{n}: {{en: {n}}}" for n in names)
    numbers = "\n".join(
        f"      - {{id: q{i}, kind: number, unit: x, edges: [1, 2, 3, 4, 5, 6, 7, 8, 9], "
        f"by: [role, load], text: {{en: Q}}}}"
        for i in range(questions)
    )
    return f"""
format: survey-definition/1
id: wide
title: {{en: Wide}}
languages: [en]
breakdowns:
  role: {{from: role, groups: {{{broken_down}}}}}
  load: {{from: caseload, bands: {{low: [0, 30], high: [30, null]}}}}
sections:
  - id: all
    title: {{en: All}}
    questions:
      - {{id: role, kind: choice, text: {{en: Role}}, options: {{{options}}}}}
      - {{id: caseload, kind: number, unit: people, edges: [10, 30, 60], text: {{en: Load}}}}
{numbers}
"""
