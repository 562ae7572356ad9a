"""Migrations make exactly the tables of tables.py, and go up and down with data in them."""

from collections.abc import Iterator
from datetime import date
from itertools import count, pairwise
from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from bench.postgres import Server
from survey.store import tables
from survey.store.engine import make_engine, reading
from survey.store.migrate import FOLDER, HEAD, downgrade, upgrade

REVISIONS = [s.revision for s in ScriptDirectory(str(FOLDER)).walk_revisions()][::-1]
_numbers = count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database on either engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/survey.db"
        return
    server: Server = request.getfixturevalue("bare_postgres")
    name = f"migration{next(_numbers)}"
    yield server.make_database(name)
    server.drop_database(name)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = make_engine(url)
    yield made
    made.dispose()


def fill(engine: Engine) -> None:
    """One row in every table."""
    wave = dict.fromkeys(("state", "definition", "fingerprint", "access", "origin", "custody"), "x")
    wave |= {"id": 1, "campaign_id": 1, "slug": "w", "public_key": b"p", "headcounts": "{}"}
    rows: list[tuple[object, dict[str, object]]] = [
        (tables.campaign, {"id": 1, "slug": "c", "name": "C"}),
        (tables.wave, wave | {"shared": False}),
        (tables.box, {"wave_id": 1, "slot": 0, "blob": b"b"}),
        (tables.seed, {"wave_id": 1, "sealed": b"s"}),
        (tables.code, {"wave_id": 1, "hash": b"h", "batch": ""}),
        (tables.code_batch, {"wave_id": 1, "batch": "", "issued": 1}),
        (tables.spent, {"wave_id": 1, "hash": b"h"}),
        (tables.checkpoint, {"wave_id": 1, "responses": 100, "body": b"c"}),
        (tables.next_checkpoint, {"wave_id": 1, "responses": 200, "body": b"n"}),
        (tables.release, {"wave_id": 1, "body": b"{}"}),
        (tables.account, {"id": 1, "email": "a@b", "password_hash": "x", "role": "reader"}),
        (tables.activity, {"account_id": 1, "action": "x", "day": date(2026, 11, 1)}),
        (
            tables.demand,
            {"wave_id": 1, "title": "t", "body": "b", "evidence": "{}", "costing": "{}"},
        ),
    ]
    with engine.begin() as connection:
        for table, values in rows:
            connection.execute(table.insert(), values)  # type: ignore[attr-defined]


def test_migrated_tables_are_those_of_the_metadata(engine: Engine) -> None:
    upgrade(engine)
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def test_the_newest_revision_is_that_of_the_last_file() -> None:
    assert REVISIONS[-1] == HEAD


def test_a_database_of_this_version_is_not_looked_at_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    monkeypatch.setattr("alembic.command.upgrade", lambda *_: steps.append("up"))
    upgrade(engine)
    assert steps == ["up"]  # it was empty
    monkeypatch.undo()
    upgrade(engine)
    monkeypatch.setattr("alembic.command.upgrade", lambda *_: steps.append("again"))
    upgrade(engine)
    assert steps == ["up"]


def test_on_sqlite_hash_tables_keep_no_row_number_that_would_tell_the_order(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/survey.db")
    upgrade(engine)
    with reading(engine) as connection:
        found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        made = {row.name: row.sql for row in found}
    assert all("WITHOUT ROWID" in made[name] for name in ("seed", "code", "spent"))


def test_down_and_up_with_data(engine: Engine) -> None:
    upgrade(engine)
    fill(engine)
    downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    upgrade(engine)
    fill(engine)
    with reading(engine) as connection:
        assert connection.execute(tables.wave.select()).one().slug == "w"


@pytest.mark.parametrize(("below", "revision"), list(pairwise(REVISIONS)))
def test_each_step_goes_down_and_up_again_with_data(
    engine: Engine, below: str, revision: str
) -> None:
    upgrade(engine)
    fill(engine)
    downgrade(engine, below)
    upgrade(engine, revision)
    upgrade(engine)
    with reading(engine) as connection:
        assert connection.execute(tables.wave.select()).one().slug == "w"
        assert connection.execute(tables.box.select()).one().blob == b"b"
        assert connection.execute(tables.spent.select()).one().hash == b"h"
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def test_on_postgres_blobs_are_not_squeezed_and_hashes_not_sampled(
    bare_postgres: Server,
) -> None:
    engine = make_engine(bare_postgres.make_database("storage"))
    asked = text(
        "SELECT attname, attstorage, attstattarget FROM pg_attribute "
        "WHERE attrelid IN ('box'::regclass, 'seed'::regclass, 'code'::regclass, "
        "'spent'::regclass) AND attname IN ('blob', 'sealed', 'hash')"
    )
    try:
        upgrade(engine)
        with reading(engine) as connection:
            found = {row.attname: row for row in connection.execute(asked)}
        assert found["blob"].attstorage in ("e", b"e")
        assert {found[name].attstattarget for name in ("sealed", "hash")} == {0}
    finally:
        engine.dispose()
        bare_postgres.drop_database("storage")


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    fill(engine)
    upgrade(engine)
    with reading(engine) as connection:
        assert connection.execute(tables.box.select()).one().blob == b"b"


def test_two_servers_may_start_at_once(url: str) -> None:
    engines = [make_engine(url) for _ in range(4)]
    errors: list[Exception] = []

    def start(engine: Engine) -> None:
        try:
            upgrade(engine)
        except Exception as error:  # the test reports whatever happened in the thread
            errors.append(error)

    threads = [Thread(target=start, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    fill(engines[0])
    for engine in engines:
        engine.dispose()


def test_stewards_come_and_go_with_a_wave_in_the_table(engine: Engine) -> None:
    upgrade(engine, "0001")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO campaign VALUES (1, 'c', 'C')"))
        connection.execute(
            text(
                "INSERT INTO wave (id, campaign_id, slug, state, definition, fingerprint, access,"
                " origin, custody, public_key, headcounts, shared)"
                " VALUES (1, 1, 'w', 'open', 'd', 'f', 'codes', 'survey', 'key-file', 'p', '{}',"
                " FALSE)"
            )
        )
    for _ in range(2):
        upgrade(engine, "0002")
        with reading(engine) as connection:
            row = connection.execute(text("SELECT * FROM wave")).one()
        assert (row.slug, row.steward_threshold, row.steward_count) == ("w", None, None)
        downgrade(engine, "0001")
    with reading(engine) as connection:
        assert connection.execute(text("SELECT slug FROM wave")).scalar_one() == "w"


def test_earlier_versions_know_no_wave_that_is_not_yet_open(engine: Engine) -> None:
    upgrade(engine)
    fill(engine)
    for state, below in (("ready", "open"), ("open", "open"), ("closed", "closed")):
        with engine.begin() as connection:
            connection.execute(tables.wave.update().values(state=state))
        downgrade(engine, "0006")
        upgrade(engine)
        with reading(engine) as connection:
            assert connection.execute(tables.wave.select()).one().state == below


def test_accounts_stay_while_the_number_of_their_sessions_comes_and_goes(engine: Engine) -> None:
    upgrade(engine)
    fill(engine)
    with engine.begin() as connection:
        connection.execute(tables.account.update().values(session_number=7))
    for revision in ("0007", "0008"):
        (downgrade if revision == "0007" else upgrade)(engine, revision)
        with reading(engine) as connection:
            row = connection.execute(text("SELECT * FROM account")).one()._mapping
        assert (row["email"], row["password_hash"], row["role"]) == ("a@b", "x", "reader")
        assert row.get("session_number") == {"0007": None, "0008": 0}[revision]
