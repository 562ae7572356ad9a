"""init --not-yet-open, and start: what each command does before and after."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.cli import main

Run = Callable[..., Result]
MAKE = ("init", "--definition", "pulse", "--wave", "w", "--custody", "key-file")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """run("doctor", data="data", exit_code=0): a command on that folder of this test."""

    def invoke(*args: object, data: str = "data", exit_code: int = 0) -> Result:
        env = {"SURVEY_DATA": str(tmp_path / data)}
        result = CliRunner().invoke(main, [str(a) for a in args], env=env)
        assert result.exit_code == exit_code, (result.output, result.exception)
        return result

    return invoke


@pytest.fixture
def ready(run: Run) -> str:
    """A made-up wave that is not yet open."""
    said = run(*MAKE, "--origin", "simulated", "--not-yet-open").output
    assert "takes answers once you run `start`" in said
    return "w"


def test_init_opens_at_once_unless_told_otherwise(run: Run) -> None:
    assert "takes answers at /s/w" in run(*MAKE).output
    assert "already open" in run("start", exit_code=2).stderr


def test_started_once(run: Run, ready: str) -> None:
    assert "not yet open" in run("simulate", 5, "--seed", 1, exit_code=2).stderr
    assert "takes answers at /s/w" in run("start", "--wave", ready).output
    assert "already open" in run("start", exit_code=2).stderr
    assert "5 made-up answers" in run("simulate", 5, "--seed", 1).output
    run("close", "--yes")
    assert "takes no more answers" in run("start", exit_code=2).stderr


@pytest.mark.parametrize(
    "command",
    [("close", "--yes"), ("close", "--from-checkpoint", "--yes"), ("open", "--yes"),
     ("box", "export", "x.box")],
)  # fmt: skip
def test_what_comes_later_says_what_comes_first(
    run: Run, ready: str, command: tuple[str, ...]
) -> None:
    said = run(*command, exit_code=2).stderr
    assert "is not yet open" in said
    assert "`start --wave w`" in said


def test_what_comes_before_works(run: Run, tmp_path: Path) -> None:
    run(*MAKE, "--not-yet-open")
    assert len(run("codes", 3).output.split()) == 4
    run("paper", "--out", tmp_path / "p.pdf")
    run("languages", "confirm", "es")
    run("codes", "--revoke", "everybody", "--yes")
    assert "All is well." in run("doctor").output


def test_a_backup_of_it_comes_back_not_yet_open(run: Run, ready: str, tmp_path: Path) -> None:
    run("backup", tmp_path / "b.db")
    said = run("restore", tmp_path / "b.db", data="new").output
    assert "'w' was not yet open when this backup was made" in said
    assert "lost" in run("start", data="new", exit_code=2).stderr
    assert "once you run `start`" in run("restart-box", "--yes", data="new").output
    run("start", data="new")
    assert "3 made-up" in run("simulate", 3, "--seed", 1, data="new").output
