"""backup, restore and restart-box where a wave was lost: what is said, and what is still there."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.cli import main

Run = Callable[..., Result]
KEY_FILE = ("--custody", "key-file", "--origin", "simulated")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """run("doctor", data="data", exit_code=0): a command on that folder of this test."""

    def invoke(
        *args: object, data: str = "data", exit_code: int = 0, typed: str = "", **environ: str
    ) -> Result:
        env = {"SURVEY_DATA": str(tmp_path / data), **environ}
        result = CliRunner().invoke(main, [str(a) for a in args], env=env, input=typed)
        assert result.exit_code == exit_code, (result.output, result.exception)
        return result

    return invoke


@pytest.fixture
def wave(run: Run) -> str:
    """A made-up wave that allows checkpoints."""
    run("init", "--definition", "pulse", "--wave", "w", "--checkpoints", *KEY_FILE)
    return "w"


def answer(run: Run, more: int, seed: int) -> None:
    run("simulate", more, "--seed", seed)


def lose(tmp_path: Path) -> None:
    for slot in (tmp_path / "data.keys").glob("w.[01]"):
        slot.unlink()


def test_a_backup_with_a_checkpoint_can_be_restored_closed_opened_and_published(
    run: Run, wave: str, tmp_path: Path
) -> None:
    answer(run, 120, 1)
    assert "holds none of its answers" in run("backup", tmp_path / "1.db").output
    answer(run, 110, 2)
    assert "holds 120 of its answers, sealed" in run("backup", tmp_path / "2.db").output
    said = run("restore", tmp_path / "2.db", data="new").output
    assert "120 of its answers are in it" in said
    assert "start the box anew" in run("doctor", data="new", exit_code=1).output
    said = run("close", "--from-checkpoint", "--yes", data="new").output
    assert "Closed with 120 answers" in said
    key = tmp_path / "data" / "private" / "w.key"
    assert "120 answers" in run("open", "--yes", "--key-file", key, data="new").output
    assert "Nothing found" in run("audit", data="new").output


def test_a_backup_never_had_what_it_leaves_out(run: Run, wave: str, tmp_path: Path) -> None:
    run("codes", 30)
    answer(run, 120, 1)
    run("backup", tmp_path / "1.db")
    answer(run, 110, 2)
    run("backup", tmp_path / "2.db")
    with sqlite3.connect(tmp_path / "data" / "survey.db") as live:
        columns = {"box": "blob", "next_checkpoint": "body", "seed": "sealed"}
        columns |= {"code": "hash", "spent": "hash"}
        held = {
            table: [row[0] for row in live.execute(f"SELECT {column} FROM {table}")]
            for table, column in columns.items()
        }
    live.close()
    content = (tmp_path / "2.db").read_bytes()
    for table in ("box", "next_checkpoint", "code", "spent"):
        assert held[table]
        assert not any(value[:32] in content for value in held[table])
    kept = [sealed for sealed in held["seed"] if sealed in content]
    assert 0 < len(kept) < len(held["seed"])  # those of the checkpoint, not those after it
    assert not list(tmp_path.glob("*-journal")) + list(tmp_path.glob("*-wal"))


def test_a_lost_wave_is_said_in_the_backup_and_what_it_had_goes_along(
    run: Run, wave: str, tmp_path: Path
) -> None:
    answer(run, 120, 1)
    run("backup", tmp_path / "1.db")
    answer(run, 110, 2)
    run("backup", tmp_path / "2.db")
    lose(tmp_path)
    said = run("backup", tmp_path / "3.db").output
    assert "holds 120 of its answers" in said
    assert "so far are lost" in said
    assert "Closed with 120 answers" in run("close", "--from-checkpoint", "--yes").output


def test_a_lost_box_is_started_anew_and_everybody_answers_again(
    run: Run, wave: str, tmp_path: Path
) -> None:
    answer(run, 60, 1)
    assert "not lost" in run("restart-box", "--yes", exit_code=2).stderr
    lose(tmp_path)
    assert "restart-box --wave w" in run("doctor", exit_code=1).output
    assert "Nothing was changed" in run("restart-box", typed="n\n", exit_code=2).stderr
    said = run("restart-box", typed="y\n").output
    assert "put the right one back instead" in said
    assert "answer again" in said
    assert "All is well" in run("doctor").output
    answer(run, 60, 1)
    assert "Closed with 60 answers" in run("close", "--yes").output


def test_doctor_looks_into_a_closed_box_as_well(run: Run, wave: str, tmp_path: Path) -> None:
    answer(run, 60, 1)
    run("close", "--yes")
    assert "All is well" in run("doctor").output
    lose(tmp_path)
    assert "so far are lost" in run("doctor", exit_code=1).output


def test_a_host_that_passes_answers_on_has_lost_nothing(
    run: Run, wave: str, tmp_path: Path
) -> None:
    """The same database, no keys: another host has them, state keys and key file."""
    answer(run, 60, 1)
    database = f"sqlite:///{tmp_path / 'data' / 'survey.db'}"
    web = {"SURVEY_DATABASE_URL": database, "SURVEY_FORWARD_TO": "https://intake.internal"}
    said = run("doctor", data="web", **web).output
    assert "'w': its keys are not here, answers go to https://intake.internal" in said
    assert "All is well" in said
    assert not (tmp_path / "web.keys").exists()
    said = run("checkpoint", data="web", **web).output
    assert "none of its answers. Its answers go to https://intake.internal" in said
    assert "lost" not in said
    said = run("doctor", data="web", exit_code=1, SURVEY_DATABASE_URL=database).output
    assert "so far are lost" in said
    said = run("doctor", SURVEY_FORWARD_TO="https://intake.internal").output
    assert said == "All is well.\n"  # it has the keys, whatever other waves do
    run("close", "--yes")
    assert "All is well" in run("doctor", data="web", **web).output


def test_no_checkpoint_no_closing_with_it(run: Run, wave: str, tmp_path: Path) -> None:
    answer(run, 60, 1)
    assert "not lost" in run("close", "--from-checkpoint", "--yes", exit_code=2).stderr
    lose(tmp_path)
    assert "no checkpoint" in run("close", "--from-checkpoint", "--yes", exit_code=2).stderr


def test_checkpoints_move_on_without_a_backup_file(run: Run, wave: str) -> None:
    """For a database server's own tools."""
    answer(run, 120, 1)
    assert "holds none of its answers" in run("checkpoint").output
    answer(run, 110, 2)
    assert "holds 120 of its answers" in run("checkpoint").output


def test_a_backup_is_one_file_without_any_key(run: Run, wave: str, tmp_path: Path) -> None:
    run("codes", 5)
    answer(run, 20, 1)
    kept = tmp_path / "kept"
    kept.mkdir()
    run("backup", kept / "b.db")
    assert [file.name for file in kept.iterdir()] == ["b.db"]
    copy = (kept / "b.db").read_bytes()
    held = [*(tmp_path / "data" / "private").iterdir(), *(tmp_path / "data.keys").glob("w.[01]")]
    assert {file.name for file in held} == {"secret", "w.key", "w.0", "w.1"}
    for file in held:
        key = file.read_bytes().strip(b"\0\n")
        assert not key or key not in copy, file.name  # one of the two slots is wiped


def damaged(backup: bytes, how: str, file: Path) -> bytes:
    """A backup with something wrong in it."""
    if how in {"newer", "another"}:
        file.write_bytes(backup)
        with closing(sqlite3.connect(file)) as copy:
            changes = {"newer": "UPDATE alembic_version SET version_num = '9999'"}
            copy.execute(changes.get(how, "DROP TABLE alembic_version"))
            copy.commit()
        return file.read_bytes()
    page = len(backup) // 2
    return {
        "header only": backup[:16],
        "cut": backup[:page],
        "noise": backup[:16] + bytes(range(256)) * 20,
        "a page": backup[: page - 2048] + b"\xa5" * 4096 + backup[page + 2048 :],
    }[how]


@pytest.mark.parametrize("how", ["header only", "cut", "noise", "a page", "newer", "another"])
def test_a_damaged_backup_leaves_room_for_a_right_one(
    run: Run, wave: str, tmp_path: Path, how: str
) -> None:
    right, wrong = tmp_path / "right.db", tmp_path / "wrong.db"
    run("backup", right)
    wrong.write_bytes(damaged(right.read_bytes(), how, tmp_path / "copy.db"))
    refused = run("restore", wrong, data="new", exit_code=2)
    assert refused.stderr.startswith(f"{wrong} is damaged, or of a newer version")
    assert list((tmp_path / "new").iterdir()) == []
    assert "'w' ran when this backup was made" in run("restore", right, data="new").output
    restored = tmp_path / "new" / "survey.db"
    assert list((tmp_path / "new").iterdir()) == [restored]
    assert restored.stat().st_mode & 0o077 == 0
