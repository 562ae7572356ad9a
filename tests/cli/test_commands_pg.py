"""The same commands where PostgreSQL is the store, and what they say when it is away."""

from collections.abc import Callable
from pathlib import Path

import boxkit
import pytest
from click.testing import CliRunner, Result

from bench.postgres import Server
from survey.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(on_postgres: Server, tmp_path: Path) -> Run:
    """run("doctor", exit_code=0): a command on a folder and a database of this test."""
    # As somebody would write it who knows nothing of drivers.
    url = boxkit.url_of(tmp_path).replace("+psycopg", "")
    env = {"SURVEY_DATA": str(tmp_path / "data"), "SURVEY_DATABASE_URL": url}

    def invoke(*args: object, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(main, [str(a) for a in args], env=env)
        assert result.exit_code == exit_code, (result.output, result.exception)
        return result

    return invoke


def test_from_init_to_export(run: Run, tmp_path: Path) -> None:
    run("init", "--definition", "pulse", "--wave", "w", "--origin", "simulated")
    run("codes", 30)
    assert "60 made-up answers" in run("simulate", 60, "--seed", 1).output
    assert "All is well" in run("doctor").output
    assert "Closed with 60 answers" in run("close", "--yes").output
    assert "Published" in run("open", "--yes").output
    assert "Nothing found" in run("audit").output
    run("export", "--format", "csv", "--out", tmp_path / "r.csv")
    assert (tmp_path / "r.csv").stat().st_size > 1000
    assert not list((tmp_path / "data").rglob("*.db"))


def test_a_server_that_is_away_is_one_sentence(run: Run, on_postgres: Server) -> None:
    on_postgres.stop()
    try:
        said = run("doctor", exit_code=2)
    finally:
        on_postgres.start()
    assert said.stderr.startswith("The database cannot be used: ")
    assert len(said.stderr.strip().splitlines()) == 1
    assert "All is well" in run("doctor").output


def test_its_backups_are_made_with_its_own_tools(run: Run, tmp_path: Path) -> None:
    said = run("backup", tmp_path / "copy", exit_code=2)
    assert "use the backup tools of its server" in said.stderr
