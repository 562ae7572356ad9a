"""Commands as somebody at a keyboard meets them: what they do, and how they refuse."""

import csv
import io
import json
import os
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from factories import EXAMPLE
from forging import TEAM_A, TEAM_B, forged, ticking, ticks

from survey.cli import main
from survey.cli.main import COMMANDS
from survey.release.serialize import to_json

PASSWORD = "correct horse battery staple"
Run = Callable[..., Result]
KEY_FILE = ("--custody", "key-file")
"""For waves of real answers, whose key stewards hold unless told otherwise."""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """run("init", "--wave", "x", …, exit_code=0): a command on a folder of this test."""

    def invoke(*args: object, exit_code: int = 0, typed: str = "", **environ: str) -> Result:
        env = {"SURVEY_DATA": str(tmp_path / "data"), "SURVEY_ADMIN_PASSWORD": PASSWORD, **environ}
        result = CliRunner().invoke(main, [str(a) for a in args], env=env, input=typed)
        assert result.exit_code == exit_code, (result.output, result.exception)
        return result

    return invoke


@pytest.fixture
def wave(run: Run) -> str:
    """A made-up wave that 90 people answered."""
    run("init", "--definition", "pulse", "--wave", "w", "--origin", "simulated")
    run("simulate", 90, "--seed", 1)
    return "w"


def sentence(result: Result) -> str:
    """The one line on standard error."""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert "Traceback" not in result.output
    assert lines[0].endswith((".", ")")), lines[0]
    return lines[0]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(run: Run, name: str) -> None:
    assert "Usage:" in run(name, "--help").output


def test_from_init_to_every_export(run: Run, wave: str, tmp_path: Path) -> None:
    assert "Closed with 90 answers" in run("close", "--yes").output
    assert "Published" in run("open", "--yes").output
    assert "Nothing found" in run("audit").output
    run("export", "--format", "json", "--out", tmp_path / "r.json")
    release = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert (release["format"], release["responses"]) == ("survey-release/1", 90)
    assert "Nothing found" in run("audit", tmp_path / "r.json").output
    run("export", "--format", "csv", "--out", tmp_path / "r.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "r.csv").read_text("utf-8"))))
    assert ",".join(rows[0]) == "question,breakdown,group,option,from,to,count,n,share"
    assert (tmp_path / "r.datapackage.json").exists()
    run("export", "--format", "pdf", "--out", tmp_path / "r.pdf")
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")


def test_audit_finds_a_forged_release(run: Run, wave: str, tmp_path: Path) -> None:
    run("close", "--yes")
    run("open", "--yes")
    run("export", "--format", "json", "--out", tmp_path / "r.json")
    release = json.loads((tmp_path / "r.json").read_text("utf-8"))
    table = release["questions"][0]["tables"][0]
    table["counts"][next(iter(table["counts"]))] += 1
    (tmp_path / "forged.json").write_text(json.dumps(release), "utf-8")
    assert "problems found" in run("audit", tmp_path / "forged.json", exit_code=1).output


def test_audit_attacks_what_the_tables_by_themselves_do_not_give_away(
    run: Run, tmp_path: Path
) -> None:
    """All of team a were asked why, which takes the follow-up's table to see."""
    release = forged(ticking(()), ticks(*TEAM_A, *TEAM_B), q=({0, 1},), why=())
    (tmp_path / "r.json").write_bytes(to_json(release))
    said = run("audit", tmp_path / "r.json", exit_code=1).output
    assert "q: forced filter. Everybody of team = a who answered said 'x' or 'y'." in said
    assert "1 problems found." in said


def test_nothing_opens_before_it_is_closed_or_twice(run: Run, wave: str) -> None:
    assert "close it first" in sentence(run("open", "--yes", exit_code=2))
    run("close", "--yes")
    assert "already closed" in sentence(run("close", "--yes", exit_code=2))
    assert "closed" in sentence(run("simulate", 1, "--seed", 2, exit_code=2))
    run("open", "--yes")
    assert "already published" in sentence(run("open", "--yes", exit_code=2))


def test_saying_no_changes_nothing(run: Run, wave: str) -> None:
    assert "Nothing was closed" in run("close", typed="n\n", exit_code=2).output
    assert "nothing was changed" in run("close", exit_code=2).output
    run("simulate", 91, "--seed", 1)
    run("close", typed="y\n")
    assert "Not published" in run("open", typed="n\n").output
    run("open", typed="y\n")


def test_a_key_that_is_missing_or_open_to_others(run: Run, wave: str, tmp_path: Path) -> None:
    key = tmp_path / "data" / "private" / "w.key"
    run("close", "--yes")
    key.chmod(0o644)
    assert "chmod 600" in sentence(run("open", "--yes", exit_code=2))
    key.chmod(0o600)
    moved = key.rename(tmp_path / "moved.key")
    assert "w.key" in sentence(run("open", "--yes", exit_code=2))
    moved.write_text("not a key", "utf-8")
    assert sentence(run("open", "--yes", "--key-file", moved, exit_code=2))


def test_answers_only_go_where_they_belong(run: Run, tmp_path: Path) -> None:
    run("init", "--definition", "pulse", "--wave", "real", *KEY_FILE)
    assert "simulated" in sentence(run("simulate", 1, "--seed", 1, exit_code=2))
    (tmp_path / "x.csv").write_text("a\n1\n", "utf-8")
    (tmp_path / "m.yaml").write_text(
        "format: survey-map/1\nreader: csv\nquestions:\n  role: {column: a}\n", "utf-8"
    )
    refused = run("replay", tmp_path / "x.csv", "--map", tmp_path / "m.yaml", exit_code=2)
    assert "imported" in sentence(refused)


def test_a_malformed_definition_names_its_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(EXAMPLE.replace("kind: scale", "kind: scales").replace("k: 5", "k: 4"), "utf-8")
    assert "line" in sentence(run("check", path, exit_code=2))
    assert "line" in sentence(run("init", "--definition", path, "--wave", "x", exit_code=2))
    path.write_bytes(b"\xff\xfe\x00bad")
    assert "UTF-8" in sentence(run("check", path, exit_code=2))
    assert sentence(run("check", tmp_path / "none.yaml", exit_code=2))


def test_headcounts_that_are_no_text_are_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "headcounts.yaml"
    file.write_bytes(b"unit: 90\n\xff\xfe: 1\n")
    new = ("init", "--definition", "pulse", "--wave", "w", *KEY_FILE)
    for command in (("check", "pulse"), new):
        said = sentence(run(*command, "--headcounts", file, exit_code=2))
        assert said.startswith("headcounts.yaml, line 2: the file is not UTF-8 text")
    file.write_text("\ufeffunit: 90\n", "utf-8")  # as some editors save it
    run(*new, "--headcounts", file)


def test_arguments_and_variables_that_are_no_text_are_refused(run: Run, tmp_path: Path) -> None:
    odd = os.fsdecode(b"pass \xff pass pass pass")
    run("init", "--definition", "pulse", "--wave", "w", *KEY_FILE)
    for refused in (
        run("users", "add", "a@example.org", exit_code=2, SURVEY_ADMIN_PASSWORD=odd),
        run("users", "add", f"{odd[5]}@example.org", exit_code=2),
        run("codes", "--revoke", odd, "--yes", exit_code=2),
    ):
        assert "is not text in UTF-8" in sentence(refused)
    assert not run("users", "list").output


def test_check_refuses_groups_that_are_too_small(run: Run, tmp_path: Path) -> None:
    counts = tmp_path / "h.yaml"
    counts.write_text("unit: 200\nrole: {therapist: 100, case-manager: 9}\n", "utf-8")
    found = run("check", "behavioral-health", "--headcounts", counts, exit_code=1).output
    assert "case-manager" in found
    assert "groups:" in found
    run("check", "behavioral-health")


def test_a_changed_definition_never_meets_a_standing_box(run: Run, wave: str) -> None:
    again = run("init", "--definition", "behavioral-health", "--wave", "w", *KEY_FILE, exit_code=2)
    assert "'w'" in sentence(again)


def test_codes_are_printed_once_and_kept_as_hashes(run: Run, tmp_path: Path) -> None:
    run("init", "--definition", "pulse", "--wave", "c", *KEY_FILE)
    codes = run("codes", 30, "--group", "role=peer").output.split()[1:]
    assert len(set(codes)) == 30
    stored = (tmp_path / "data" / "survey.db").read_bytes()
    plain = [c.replace("-", "").encode() for c in codes]
    assert not any(c in stored for c in plain)
    links = run("codes", 2, "--format", "links", "--address", "https://x.example").output.split()
    assert all(link.startswith("https://x.example/s/c#") for link in links)
    assert sentence(run("codes", 2, "--format", "links", "--address", "nowhere", exit_code=2))


def test_open_links_take_no_codes(run: Run) -> None:
    run("init", "--definition", "pulse", "--wave", "o", "--access", "open", *KEY_FILE)
    assert "open link" in sentence(run("codes", 5, exit_code=2))


def test_which_wave_is_meant(run: Run, wave: str) -> None:
    assert "no wave 'x'" in sentence(run("close", "--wave", "x", "--yes", exit_code=2))
    run("init", "--definition", "pulse", "--wave", "v", *KEY_FILE)
    assert "--wave" in sentence(run("close", "--yes", exit_code=2))


def test_a_port_in_use_is_said(run: Run, wave: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for command in (("serve",), ("demo",)):
            assert "--port" in sentence(run(*command, "--port", port, exit_code=2))


def test_state_keys_inside_the_data_folder_are_refused(run: Run, tmp_path: Path) -> None:
    inside = str(tmp_path / "data" / "keys")
    assert "backup" in sentence(run("doctor", exit_code=2, SURVEY_STATE_KEYS=inside))


def test_doctor_sees_loose_permissions_and_lost_keys(run: Run, wave: str, tmp_path: Path) -> None:
    assert "All is well" in run("doctor").output
    (tmp_path / "data" / "private").chmod(0o755)
    assert "chmod 700" in run("doctor", exit_code=1).output
    (tmp_path / "data" / "private").chmod(0o700)
    for slot in (tmp_path / "data.keys").glob("w.[01]"):
        slot.unlink()
    assert "'w'" in run("doctor", exit_code=1).output


def test_a_backup_holds_nothing_of_a_running_wave(run: Run, wave: str, tmp_path: Path) -> None:
    run("init", "--definition", "pulse", "--wave", "done", "--origin", "simulated")
    run("simulate", 60, "--seed", 4, "--wave", "done")
    run("close", "--yes", "--wave", "done")
    run("open", "--yes", "--wave", "done")
    file = tmp_path / "b.db"
    assert "'w' is not published" in run("backup", file).output
    assert file.stat().st_mode & 0o077 == 0
    with sqlite3.connect(file) as copy:
        for table in ("box", "seed", "code", "spent"):
            assert copy.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    copy.close()
    assert "exists already" in sentence(run("backup", file, exit_code=2))
    assert "exists already" in sentence(run("restore", file, exit_code=2))
    other = {"SURVEY_DATA": str(tmp_path / "other")}
    assert "'w' ran" in run("restore", file, **other).output
    assert "Nothing found" in run("audit", "--wave", "done", **other).output
    (tmp_path / "junk").write_bytes(b"junk")
    third = {"SURVEY_DATA": str(tmp_path / "third")}
    assert "not a backup" in sentence(run("restore", tmp_path / "junk", exit_code=2, **third))


def test_accounts(run: Run) -> None:
    run("users", "add", "a@example.org", "--role", "reader")
    assert "a@example.org\treader" in run("users", "list").output
    assert sentence(run("users", "add", "a@example.org", exit_code=2))
    run("users", "password", "a@example.org")
    assert "no account" in sentence(run("users", "password", "b@example.org", exit_code=2))
    short = run("users", "add", "c@example.org", exit_code=2, SURVEY_ADMIN_PASSWORD="short")
    assert "12" in sentence(short)
