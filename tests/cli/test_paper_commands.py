"""Slips, the questionnaire and the flyer from the command line; codes taken back there."""

import io
import re
import stat
from pathlib import Path

import pytest
from boxkit import World, make_world
from click.testing import CliRunner, Result
from pypdf import PdfReader
from sqlalchemy import func, select

from survey.cli.main import main
from survey.store import tables

CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{2}\b")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path, access="codes")


def run(world: World, *args: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, args, input=typed, env={"SURVEY_DATA": str(world.config.data)})


def pages(path: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(path.read_bytes())).pages]


def codes(world: World) -> int:
    with world.engine.connect() as db:
        return int(db.execute(select(func.count()).select_from(tables.code)).scalar_one())


def test_slips_go_to_a_file_of_ones_own(world: World, tmp_path: Path) -> None:
    out = tmp_path / "slips.pdf"
    made = run(world, *("codes", "12", "--format", "pdf", "--paper", "a4", "--out", str(out)))
    assert made.exit_code == 0, made.output
    assert sum(len(CODE.findall(page)) for page in pages(out)) == 12
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert not CODE.search(made.output)


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("codes", "12", "--format", "pdf"), "Say where the PDF goes"),
        (("codes", "501", "--format", "pdf", "--out", "NEW"), "at most 500 slips"),
        (("codes", "5", "--format", "links", "--address", "x"), "not the address of a site"),
        (("codes", "5", "--out", "OLD"), "is there already"),
        (("codes",), "Say how many codes"),
        (("codes", "5", "--revoke", "everybody"), "Either make codes or take them back"),
        (("codes", "5", "--group", "site=moon"), "has no group 'site=moon': choose one of role="),
        (("codes", "5", "--group", "role=nurse"), "has no group 'role=nurse'"),
        (("codes", "--revoke", "site=moon", "--yes"), "has no codes in the batch"),
        (("paper", "--lang", "fr", "--out", "NEW"), "has no language 'fr'"),
        (("flyer", "--lang", "fr", "--out", "NEW"), "has no language 'fr'"),
        (("flyer", "--wave", "north", "--out", "NEW"), "takes codes, which no flyer has"),
    ],
)
def test_what_is_wrong_is_said_before_a_code_is_made(
    world: World, tmp_path: Path, args: tuple[str, ...], sentence: str
) -> None:
    old = tmp_path / "old"
    old.write_text("mine")
    paths = {"OLD": str(old), "NEW": str(tmp_path / "new")}
    refused = run(world, *(paths.get(arg, arg) for arg in args))
    assert refused.exit_code == 2
    assert sentence in refused.output
    assert codes(world) == 0
    assert old.read_text() == "mine"
    assert not (tmp_path / "new").exists()


def test_taking_back_asks_first(world: World) -> None:
    run(world, "codes", "7", "--group", "role=others")
    run(world, "codes", "3", "--group", "everybody")
    run(world, "codes", "2")
    assert run(world, "codes", "--revoke", "role=others", typed="n\n").exit_code == 2
    assert codes(world) == 12
    done = run(world, "codes", "--revoke", "role=others", typed="y\n")
    assert done.exit_code == 0, done.output
    assert codes(world) == 5
    assert run(world, "codes", "--revoke", "everybody", "--yes").exit_code == 0
    assert codes(world) == 0


def test_the_questionnaire_and_the_flyer(world: World, tmp_path: Path) -> None:
    for args, wanted in ((("paper", "--large"), "Which job?"), (("flyer",), "Join us")):
        out = tmp_path / f"{args[0]}.pdf"
        made = run(world, *args, "--out", str(out))
        assert made.exit_code == 0, made.output
        assert wanted in " ".join(pages(out))
