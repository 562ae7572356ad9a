"""After 200 answers no table and no file has anything per person: no row, time, order, address."""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import boxkit
import pytest
from boxkit import World, ballot, coded, hashed, make_world
from sqlalchemy import Date, DateTime, Time, func, select

from bench.postgres import Server
from survey.box.codes import issue_codes
from survey.box.state import FLUSH
from survey.store import tables
from survey.store.engine import reading

ANSWERS = 200

# What the tables of a wave may hold. A new column must be put here on purpose.
COLUMNS = {
    "wave": {
        *("id", "campaign_id", "slug", "state", "definition", "fingerprint", "access", "origin"),
        *("custody", "public_key", "steward_threshold", "steward_count", "headcounts"),
        *("closed", "responses", "digest", "shared", "languages_confirmed"),
        *("checkpoints", "restarted"),
    },
    "box": {"wave_id", "slot", "blob"},
    "seed": {"wave_id", "sealed"},
    "code": {"wave_id", "hash", "batch"},
    "code_batch": {"wave_id", "batch", "issued"},
    "spent": {"wave_id", "hash"},
    "checkpoint": {"wave_id", "responses", "body"},
    "next_checkpoint": {"wave_id", "responses", "body"},
    "release": {"wave_id", "body"},
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """On either engine, a wave with 300 codes of which 200 are used, one at a time or several."""
    if request.param == "sqlite":
        yield ran(tmp_path_factory.mktemp("rows"))
        return
    server: Server = request.getfixturevalue("postgres")
    with boxkit.databases_of(server) as url_of, pytest.MonkeyPatch.context() as patch:
        patch.setattr(boxkit, "url_of", url_of)
        made = ran(tmp_path_factory.mktemp("rows"))
        yield made
        made.engine.dispose()


def ran(folder: Path) -> World:
    made = make_world(folder, access="codes")
    issue_codes(made.engine, made.wave, [hashed(f"code {n}") for n in range(300)])
    made.fold_all((({"role": "peer"}, coded(n)) for n in range(100)), at_once=1)
    made.fold_all((({"role": "nurse"}, coded(n)) for n in range(100, ANSWERS)), at_once=7)
    return made


def counts(world: World) -> dict[str, int]:
    with reading(world.engine) as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables.metadata.sorted_tables
        }


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_of_a_wave_has_these_columns_only(name: str) -> None:
    assert {c.name for c in tables.metadata.tables[name].columns} == COLUMNS[name]


def test_no_table_that_answers_touch_has_a_time() -> None:
    for name in COLUMNS:
        for column in tables.metadata.tables[name].columns:
            assert not isinstance(column.type, Date | DateTime | Time), column


def test_rows_grow_with_commits_and_with_many_ballots_at_once_only(world: World) -> None:
    found = counts(world)
    assert found["seed"] == 100 + 15
    assert found["spent"] % 2 == 0
    assert found["spent"] >= 2 * (ANSWERS - FLUSH)
    assert found["code"] == 300
    assert {n: c for n, c in found.items() if n not in ("seed", "spent", "code")} == {
        **dict.fromkeys(("campaign", "wave", "box", "code_batch"), 1),
        **dict.fromkeys(("checkpoint", "next_checkpoint", "release"), 0),
        **dict.fromkeys(("account", "activity", "demand"), 0),
    }


def test_no_value_anywhere_is_a_time_or_near_a_time(world: World) -> None:
    """Neither a date nor a number that could be seconds since 1970."""
    with reading(world.engine) as connection:
        for table in tables.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                for value in row:
                    assert not isinstance(value, date | datetime | time)
                    assert not (isinstance(value, int | float) and value > 10**8)


def test_the_answers_are_in_no_file(world: World) -> None:
    """The files of a running wave are these, and none names an option in an answer."""
    names = {p.name for p in world.config.data.rglob("*") if p.is_file()}
    database = {"survey.db", "survey.db-wal", "survey.db-shm"}
    assert names == {"north.key"} | (database if world.engine.dialect.name == "sqlite" else set())
    keys = {p.name: p.stat().st_size for p in world.config.state_keys.iterdir()}
    assert keys == {"north.0": 32, "north.1": 32, "north.lock": 0}


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)  # test_forensics_pg.py for the other
def test_reading_every_row_gives_hashes_in_the_order_of_their_bytes(world: World) -> None:
    with reading(world.engine) as connection:
        for table, column in (
            (tables.spent, "hash"),
            (tables.code, "hash"),
            (tables.seed, "sealed"),
        ):
            found = connection.exec_driver_sql(f"SELECT {column} FROM {table.name}").scalars().all()
            assert list(found) == sorted(found)


def test_nothing_is_printed_or_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(1)
    world = make_world(tmp_path)
    caplog.clear()
    world.folder().fold(world.cells({"role": "peer"}), ballot(1))
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
