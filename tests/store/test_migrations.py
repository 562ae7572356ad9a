"""Migrations make exactly the tables of tables.py, and go up and down with data in them."""

from datetime import date
from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from survey.store import tables
from survey.store.engine import make_engine, reading
from survey.store.migrate import downgrade, upgrade


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return make_engine(f"sqlite:///{tmp_path}/survey.db")


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


def test_hash_tables_keep_no_row_number_that_would_tell_the_order(engine: Engine) -> None:
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


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    fill(engine)
    upgrade(engine)
    with reading(engine) as connection:
        assert connection.execute(tables.box.select()).one().blob == b"b"


def test_two_servers_may_start_at_once(tmp_path: Path) -> None:
    engines = [make_engine(f"sqlite:///{tmp_path}/survey.db") for _ in range(4)]
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


def test_stewards_come_and_go_with_a_wave_in_the_table(engine: Engine) -> None:
    upgrade(engine, "0001")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO campaign VALUES (1, 'c', 'C')"))
        connection.execute(
            text(
                "INSERT INTO wave (id, campaign_id, slug, state, definition, fingerprint, access,"
                " origin, custody, public_key, headcounts, shared)"
                " VALUES (1, 1, 'w', 'open', 'd', 'f', 'codes', 'survey', 'key-file', 'p', '{}', 0)"
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
