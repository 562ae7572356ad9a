"""The ceremony at the keyboard: keygen, check-words, export, an opening elsewhere, publish."""

import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader
from stewardkit import mistyped

from survey.cli import main
from survey.store.engine import make_engine

LINE = re.compile(r"survey-stewards/1:\S+")
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """run("init", …, exit_code=0, typed="…"): a command on a folder of this test."""

    def invoke(*args: object, exit_code: int = 0, typed: str = "", **environ: str) -> Result:
        env = {"SURVEY_DATA": str(tmp_path / "data"), **environ}
        result = CliRunner().invoke(main, [str(a) for a in args], env=env, input=typed)
        assert result.exit_code == exit_code, (result.output, result.exception)
        return result

    return invoke


@dataclass(frozen=True)
class Made:
    """A wave whose key was made by keygen, and the sheets as they would be typed."""

    line: str
    sheets: list[str]

    def typed(self, *stewards: int) -> str:
        return "".join(self.sheets[number - 1] + "\n" for number in stewards)


def words_of(text: str) -> list[str]:
    """The sheets in a text file or in what keygen printed."""
    words = re.findall(r"\d+\. +([a-z]+)", text)
    return [" ".join(words[at : at + 20]) for at in range(0, len(words), 20)]


def shows(said: str, sheet: str) -> bool:
    """Whether two words of a sheet stand beside one another in what was said."""
    return any(re.search(rf"{a}\W+(\d+\W+)?{b}", said) for a, b in pairwise(sheet.split()))


def sentence(result: Result) -> str:
    """The one line on standard error."""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].endswith(".")
    return lines[0]


@pytest.fixture
def made(run: Run, tmp_path: Path) -> Made:
    """A made-up wave of 2 of 3 stewards that 90 people answered."""
    out = tmp_path / "sheets.txt"
    said = run("keygen", "--wave", "w", "--out", out).output
    line = LINE.findall(said)[0]
    init = ("init", "--definition", "pulse", "--wave", "w", "--origin", "simulated")
    run(*init, "--public-key", line)
    run("simulate", 90, "--seed", 1)
    return Made(line, words_of(out.read_text()))


def test_keygen_needs_no_database_and_says_no_word(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "sheets.pdf"
    said = run("keygen", "--wave", "w", "--out", out, "--definition", "pulse").output
    assert not (tmp_path / "data").exists()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    pages = [page.extract_text() for page in PdfReader(out).pages]
    assert len(pages) == 3
    for number, text in enumerate(pages, start=1):
        assert f"Steward {number} of 3" in text
        assert "2 of 3 sheets are needed" in text
    fingerprint = re.findall(r"read aloud: ((?:[0-9a-f]{4} ?){4})", said)[0].strip()
    assert all(fingerprint in text for text in pages)
    grids = [text.partition("The words")[2].partition("Today")[0] for text in pages]
    sheets = [" ".join(re.findall(r"\b\d+ ([a-z]{4,8})\b", grid)) for grid in grids]
    assert not any(shows(said, sheet) for sheet in sheets)
    rehearsed = run("check-words", "--public-key", LINE.findall(said)[0], typed="\n".join(sheets))
    assert "they will open its box" in rehearsed.output


def test_keygen_writes_one_pdf_per_steward_into_a_folder(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "sheets"
    run("keygen", "--wave", "w", "--out", out, "--stewards", 4, "--threshold", 3)
    assert sorted(p.name for p in out.iterdir()) == [
        f"w-steward-{n}-of-4.pdf" for n in (1, 2, 3, 4)
    ]
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(p.stat().st_mode) == 0o600 for p in out.iterdir())


def test_keygen_prints_words_only_if_asked(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "s.txt"
    said = run("keygen", "--wave", "w", "--out", out, "--words").output
    assert words_of(said) == words_of(out.read_text())


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (("--out", "s.pdf", "--wave", "Not A Slug"), "cannot be used in an address"),
        (("--out", "s.pdf", "--wave", "w", "--threshold", 4), "not 4"),
        (("--out", "s.pdf", "--wave", "w", "--stewards", 10), "1 to 9 stewards"),
        (("--out", "s.docx", "--wave", "w"), "FILE.pdf, FILE.txt or into a folder"),
        (("--out", "there.pdf", "--wave", "w"), "exists already"),
        (("--out", "s.pdf", "--wave", "w", "--definition", "none.yaml"), "none.yaml"),
    ],
)
def test_keygen_refuses_in_a_sentence_and_leaves_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there.pdf").write_text("precious")
    assert expected in sentence(run("keygen", *more, exit_code=2))
    assert [p.name for p in tmp_path.iterdir()] == ["there.pdf"]
    assert Path("there.pdf").read_text() == "precious"


def test_init_asks_who_holds_the_key(run: Run, tmp_path: Path, made: Made) -> None:
    init = ("init", "--definition", "pulse", "--wave")
    assert "--sheets FILE.pdf" in sentence(run(*init, "x", exit_code=2))
    assert "--sheets FILE.pdf" in sentence(
        run(*init, "x", "--sheets", "s.pdf", "--public-key", made.line, exit_code=2)
    )
    both = ("--custody", "key-file", "--public-key", made.line)
    assert "are for stewards" in sentence(run(*init, "x", *both, exit_code=2))
    other = sentence(run(*init, "x", "--public-key", made.line, exit_code=2))
    assert "made for the wave 'w', not for 'x'" in other
    slip = made.line[:-1] + ("0" if made.line[-1] != "0" else "1")
    assert "mistyped" in sentence(run(*init, "x", "--public-key", slip, exit_code=2))
    assert "Key file:" in run(*init, "x", "--custody", "key-file").output


def test_init_writes_sheets_once_and_keeps_nothing(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "sheets.txt"
    init = (
        "init",
        "--definition",
        "pulse",
        "--wave",
        "s",
        "--sheets",
        out,
        "--origin",
        "simulated",
    )
    said = run(*init, "--stewards", 5, "--threshold", 3).output
    assert "3 of 5 sheets are needed" in said
    sheets = words_of(out.read_text())
    assert len(sheets) == 5
    assert not any(sheet in said for sheet in sheets)
    kept = [p for p in tmp_path.rglob("*") if p.is_file() and p != out]
    stored = b"".join(p.read_bytes() for p in kept)
    assert not any(" ".join(s.split()[:2]).encode() in stored for s in sheets)
    assert not (tmp_path / "data" / "private" / "s.key").exists()
    run("simulate", 40, "--seed", 1)
    run("close", "--yes")
    run("open", "--yes", typed="\n".join(sheets[1:4]))


def test_a_wave_that_could_not_be_made_leaves_no_sheets(
    run: Run, tmp_path: Path, made: Made
) -> None:
    out = tmp_path / "again.pdf"
    init = ("init", "--definition", "pulse", "--wave", "w", "--sheets", out)
    assert "already a wave 'w'" in sentence(run(*init, exit_code=2))
    assert not out.exists()


def test_rehearsing(run: Run, made: Made) -> None:
    said = run("check-words", typed=made.typed(2)).output
    assert "The words of steward 2 are right" in said
    assert "1 more would be needed" in said
    said = run("check-words", "--public-key", made.line, typed=made.typed(1, 2, 3)).output
    assert "they will open its box. Nothing was opened." in said
    said = run("check-words", typed=made.typed(3).replace(" ", "\n")).output
    assert "steward 3" in said
    run("simulate", 91, "--seed", 1)  # the wave is open as before


def test_rehearsing_finds_what_is_wrong(run: Run, made: Made) -> None:
    word = made.sheets[0].split()[4]
    slip = mistyped(made.sheets[0], 5, word[:4] + "zz") + "\n"
    found = sentence(run("check-words", typed=slip, exit_code=1))
    assert f"word 5 ('{word[:4]}zz', perhaps '{word}')" in found
    assert "typed twice" in sentence(run("check-words", typed=made.typed(1, 1), exit_code=1))
    assert "No words were typed" in sentence(run("check-words", typed="", exit_code=2))


def test_words_of_another_wave(run: Run, made: Made, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    run("keygen", "--wave", "w", "--out", other)
    theirs = "\n".join(words_of(other.read_text()))
    assert "another wave than 'w'" in sentence(run("check-words", typed=theirs, exit_code=1))
    run("close", "--yes")
    assert "another wave than 'w'" in sentence(run("open", "--yes", typed=theirs, exit_code=2))


def test_a_key_file_is_no_way_into_a_stewards_box(run: Run, made: Made, tmp_path: Path) -> None:
    run("close", "--yes")
    (tmp_path / "k").write_text("x")
    refused = run("open", "--yes", "--key-file", tmp_path / "k", exit_code=2)
    assert "its stewards hold it" in sentence(refused)


def test_opening_here_with_words(run: Run, made: Made) -> None:
    run("close", "--yes")
    assert "1 more sheet is needed" in sentence(
        run("open", "--yes", typed=made.typed(1), exit_code=2)
    )
    assert "Not published" in run("open", typed=made.typed(3, 2) + "n\n").output
    said = run("open", "--yes", typed=made.typed(3, 1)).output
    assert "Burn the stewards' sheets" in said
    assert "let old checkpoints expire" in said
    assert not any(shows(said, sheet) for sheet in made.sheets)


@pytest.fixture
def exported(run: Run, made: Made, tmp_path: Path) -> Path:
    """The exported box of the closed wave."""
    assert "still open" in sentence(run("box", "export", tmp_path / "w.box", exit_code=2))
    digest = re.findall(r"[0-9a-f]{64}", run("close", "--yes").output)[0]
    assert digest in run("box", "export", tmp_path / "w.box").output
    return tmp_path / "w.box"


def elsewhere(run: Run, made: Made, exported: Path, out: Path) -> str:
    """Open the box on a computer without the survey's data."""
    nowhere = {"SURVEY_DATA": str(out.parent / "nowhere")}
    opening = ("open", "--box", exported, "--out", out)
    said = run(*opening, typed="y\n" + made.typed(1, 2), **nowhere).output
    assert not (out.parent / "nowhere").exists()
    return said


def test_opening_elsewhere_and_publishing_here(
    run: Run, made: Made, exported: Path, tmp_path: Path
) -> None:
    out = tmp_path / "w.json"
    said = elsewhere(run, made, exported, out)
    shown = dict(re.findall(r"^([A-Z][a-z ]+?)  +(.+)$", said, re.MULTILINE))
    assert shown["Wave"].startswith("w (simulated), closed 20")
    assert (shown["Answers"], shown["Campaign"]) == ("90", "Our campaign")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    told = re.findall(r"Release ((?:[0-9a-f]{4} ?){4})", said)[0].strip()
    body = out.read_bytes()
    assert "Not published" in run("publish", out, typed="n\n").output
    published = run("publish", out, "--yes").output
    assert f"Release {told} of box {shown['Digest of the box']}" in published
    run("export", "--format", "json", "--out", tmp_path / "r.json")
    assert (tmp_path / "r.json").read_bytes() == body
    assert "Nothing found" in run("audit").output
    assert "already published" in sentence(run("publish", out, "--yes", exit_code=2))


def test_the_opening_elsewhere_can_be_done_again(
    run: Run, made: Made, exported: Path, tmp_path: Path
) -> None:
    """After a crash, or for a witness: the same bytes."""
    elsewhere(run, made, exported, tmp_path / "a.json")
    (tmp_path / "b.json.part").write_bytes(b"of a run that was killed")
    elsewhere(run, made, exported, tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    again = ("open", "--box", exported, "--out", tmp_path / "a.json")
    assert "exists already" in sentence(run(*again, "--yes", exit_code=2))


def test_the_wrong_digest_stops_it(run: Run, exported: Path, tmp_path: Path) -> None:
    opening = ("open", "--box", exported, "--out", tmp_path / "w.json")
    assert "Nothing was opened" in run(*opening, typed="n\n", exit_code=2).stderr
    assert not (tmp_path / "w.json").exists()


def test_half_of_the_options(run: Run, exported: Path, tmp_path: Path) -> None:
    assert "together" in sentence(run("open", "--box", exported, exit_code=2))
    assert "together" in sentence(run("open", "--out", tmp_path / "x", exit_code=2))
    both = ("--box", exported, "--out", tmp_path / "x")
    assert "not of 'v'" in sentence(run("open", *both, "--wave", "v", exit_code=2))


def test_what_was_changed_on_the_way_is_not_published(
    run: Run, made: Made, exported: Path, tmp_path: Path
) -> None:
    out = tmp_path / "w.json"
    elsewhere(run, made, exported, out)
    body, note = out.read_bytes(), (tmp_path / "w.json.opening").read_bytes()
    out.write_bytes(body.replace(b'"responses":90', b'"responses":91'))
    assert "changed after it was opened" in sentence(run("publish", out, "--yes", exit_code=2))
    digest = re.findall(rb'"box": "([0-9a-f]{64})"', note)[0].decode()
    refused = run("publish", out, "--yes", "--digest", digest, exit_code=2)
    assert "number of responses (91, not 90)" in sentence(refused)
    out.write_bytes(body)
    other = run("publish", out, "--yes", "--digest", "0" * 64, exit_code=2)
    assert "another box than the one that 'w' closed with" in sentence(other)
    (tmp_path / "w.json.opening").write_bytes(b"{}")
    assert "is damaged" in sentence(run("publish", out, "--yes", exit_code=2))
    (tmp_path / "w.json.opening").unlink()
    assert "--digest" in sentence(run("publish", out, "--yes", exit_code=2))
    run("publish", out, "--yes", "--digest", digest)


def test_a_box_of_another_closing_is_not_published(
    run: Run, made: Made, exported: Path, tmp_path: Path
) -> None:
    """Same wave, same number of answers, other digest: an older copy, or one made up."""
    out = tmp_path / "w.json"
    elsewhere(run, made, exported, out)
    engine = make_engine(f"sqlite:///{tmp_path / 'data' / 'survey.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE wave SET digest = '{'1' * 64}'")
    engine.dispose()
    assert "another box" in sentence(run("publish", out, "--yes", exit_code=2))


def test_an_exported_box_of_a_key_file(run: Run, tmp_path: Path) -> None:
    run("init", "--definition", "pulse", "--wave", "k", "--origin", "simulated")
    run("simulate", 60, "--seed", 1)
    run("close", "--yes")
    run("box", "export", tmp_path / "k.box")
    opening = ("open", "--box", tmp_path / "k.box", "--out", tmp_path / "k.json", "--yes")
    assert "give it with --key-file" in sentence(run(*opening, exit_code=2))
    run(*opening, "--key-file", tmp_path / "data" / "private" / "k.key")
    assert "every copy of the key file" in run("publish", tmp_path / "k.json", "--yes").output
