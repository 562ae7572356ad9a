"""Volunteers translate files: gaps are told, and what comes back is checked line by line."""

import re
from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from click.testing import CliRunner, Result
from factories import EXAMPLE, edited

from survey.cli import languages as command
from survey.cli import main
from survey.instrument.library import LIBRARY
from survey.instrument.load import parse_definition
from survey.instrument.texts import texts
from survey.instrument.translating import read_draft
from survey.web.languages import catalog_path

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """run("gaps", "survey.yaml", exit_code=1): `languages …` in a folder of this test."""
    monkeypatch.chdir(tmp_path)
    Path("survey.yaml").write_text(EXAMPLE, "utf-8")

    def invoke(*args: str, exit_code: int = 0) -> Result:
        env = {"SURVEY_DATA": str(tmp_path / "data")}
        result = CliRunner().invoke(main, ["languages", *args], env=env)
        assert result.exit_code == exit_code, (result.output, result.exception)
        return result

    return invoke


@pytest.fixture
def vietnamese(run: Run) -> polib.POFile:
    """vi.po of the example, filled in: every text is [text]."""
    run("export", "survey.yaml", "--lang", "vi", "--out", "vi.po")
    catalog = polib.pofile("vi.po")
    for entry in catalog:
        entry.msgstr = f"[{entry.msgid}]"
    catalog.save()
    return catalog


def refusal(result: Result) -> str:
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_nothing_is_missing_of_what_comes_with_the_program(run: Run) -> None:
    assert run("gaps", *LIBRARY).output == "Nothing is missing.\n"


def test_gaps_of_a_questionnaire_have_their_lines(run: Run) -> None:
    text = edited(
        (", es: Enfermera", ""),
        ("{en: Before taxes., es: Antes de impuestos.}", "{en: Before taxes.}"),
    )
    Path("survey.yaml").write_text(text, "utf-8")
    told = run("gaps", "survey.yaml", exit_code=1).output
    assert "survey.yaml, es: 2 texts are not translated." in told
    line = 1 + text[: text.index("nurse: {en")].count("\n")
    assert f"line {line}: question.role.option.nurse" in told
    assert re.search(r"survey\.yaml, ru: not begun \(\d+ texts\)", told)


def test_gaps_of_pages_are_counted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    more = command.worker_facing() | {"A sentence that nobody translated."}
    monkeypatch.setattr(command, "worker_facing", lambda: more)
    told = run("gaps", exit_code=1).output
    for code in ("es", "vi", "zh-Hans", "ru"):
        assert f"Pages, {code}: 1 texts are not translated." in told
    assert "“A sentence that nobody translated.”" in told


def test_round_trip_of_a_questionnaire(run: Run, vietnamese: polib.POFile) -> None:
    run("import", "survey.yaml", "vi.po", "--out", "new.yaml")
    text = Path("new.yaml").read_text("utf-8")
    made, before = parse_definition(text), parse_definition(EXAMPLE)
    assert made.languages == ("en", "es", "vi")
    given = {entry.msgctxt for entry in vietnamese}
    for path, said in texts(made):
        if path in given:
            assert said["vi"] == f"[{said['en']}]", path
    assert [{**t, "vi": 0} for _, t in texts(made)] == [{**t, "vi": 0} for _, t in texts(before)]
    run("export", "new.yaml", "--lang", "vi", "--out", "again.po")
    assert [e.msgstr for e in polib.pofile("again.po")] == [e.msgstr for e in vietnamese]


@pytest.mark.parametrize("name", LIBRARY)
def test_a_built_in_comes_back_as_it_was(run: Run, name: str) -> None:
    run("export", name, "--lang", "ru", "--out", "ru.po")
    run("import", name, "ru.po", "--out", "new.yaml")
    assert Path("new.yaml").read_text("utf-8") == LIBRARY[name].read_text("utf-8")


@pytest.mark.parametrize("name", LIBRARY)
def test_the_file_has_every_text_of_the_definition(name: str) -> None:
    text = LIBRARY[name].read_text("utf-8")
    draft = read_draft(text, name)
    told = {place.path: dict(place.texts) for place in draft.places}
    assert told == {path: dict(said) for path, said in texts(parse_definition(text))}


def test_what_a_volunteer_left_out_is_named_with_its_line(
    run: Run, vietnamese: polib.POFile
) -> None:
    entry = vietnamese.find("Nurse", by="msgid", msgctxt="question.role.option.nurse")
    assert entry is not None
    cases = (
        ("msgstr", "", "“Nurse” is not translated"),
        ("msgid", "Nurses", "the text is now “Nurse”"),
        ("flags", ["fuzzy"], "“Nurse” is marked fuzzy"),
        ("msgstr", "[%(name)s]", "only one of the two texts has '%(name)s'"),
    )
    for attribute, value, told in cases:
        right = getattr(entry, attribute)
        setattr(entry, attribute, value)
        vietnamese.save("vi.po")
        setattr(entry, attribute, right)
        result = run("import", "survey.yaml", "vi.po", "--out", "new.yaml", exit_code=2)
        line = 1 + next(
            n
            for n, text in enumerate(Path("vi.po").read_text("utf-8").splitlines())
            if "question.role.option.nurse" in text
        )
        said = refusal(result)
        assert told in said
        at = re.match(r"vi\.po, line (\d+): ", said)
        assert at is not None
        assert abs(int(at[1]) - line) <= 2
        assert not Path("new.yaml").exists()


def test_a_file_that_lacks_a_text_is_refused(run: Run, vietnamese: polib.POFile) -> None:
    vietnamese.remove(vietnamese[0])
    vietnamese.save("vi.po")
    told = refusal(run("import", "survey.yaml", "vi.po", "--out", "new.yaml", exit_code=2))
    assert told.startswith("vi.po: there is nothing for 'title'")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe", "vi.po, line 1: the file is not UTF-8 text"),
        (b'msgid "a"\nmsgid "b"\nrubbish\n', "vi.po, line 2: this is not a PO file"),
        (b'msgid "a"\nmsgstr "b"\n', "does not say which language"),
        (b"", "does not say which language"),
    ],
)
@pytest.mark.parametrize("how", ["import", "merge-pages"])
def test_no_po_file(run: Run, content: bytes, told: str, how: str) -> None:
    Path("vi.po").write_bytes(content)
    args = ("import", "survey.yaml", "vi.po") if how == "import" else ("merge-pages", "vi.po")
    assert told in refusal(run(*args, "--out", "out", exit_code=2))


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("export", "nothing.yaml", "--lang", "vi", "--out", "x"), "nothing.yaml: No such file"),
        (("export", "survey.yaml", "--lang", "en", "--out", "x"), "English is what the others"),
        (
            ("export", "survey.yaml", "--lang", "klingon", "--out", "x"),
            "not the code of a language",
        ),
        (("import", "survey.yaml", "nothing.po", "--out", "x"), "nothing.po: No such file"),
        (("export-pages", "--lang", "../x", "--out", "x"), "not the code of a language"),
    ],
)
def test_wrong_use_is_one_sentence(run: Run, args: tuple[str, ...], told: str) -> None:
    assert told in refusal(run(*args, exit_code=2))


def test_pages_come_back_as_they_were(run: Run) -> None:
    for code in ("es", "vi", "zh-Hans", "ru"):
        run("export-pages", "--lang", code, "--out", "pages.po")
        run("merge-pages", "pages.po", "--out", "merged.po")
        here = polib.pofile(str(catalog_path(code)))
        merged = polib.pofile("merged.po")
        assert [(e.msgid, e.msgstr, e.msgstr_plural, e.tcomment) for e in merged] == [
            (e.msgid, e.msgstr, e.msgstr_plural, e.tcomment) for e in here
        ]
        assert merged.metadata == here.metadata
        assert merged.header == here.header


def test_a_new_language_begins_empty_with_its_own_plural_forms(run: Run) -> None:
    run("export-pages", "--lang", "uk", "--out", "uk.po")
    catalog = polib.pofile("uk.po")
    assert catalog.percent_translated() == 0
    assert "nplurals=3" in catalog.metadata["Plural-Forms"]
    plural = next(entry for entry in catalog if entry.msgid_plural)
    assert sorted(plural.msgstr_plural) == [0, 1, 2]


def test_what_a_volunteer_broke_on_pages_is_refused(run: Run) -> None:
    run("export-pages", "--lang", "ru", "--out", "ru.po")
    catalog = polib.pofile("ru.po")
    entry = catalog.find("Pick at most %(max)d.")
    assert entry is not None
    entry.msgstr = "Выберите не больше трёх."
    catalog.save()
    told = refusal(run("merge-pages", "ru.po", "--out", "out.po", exit_code=2))
    assert told.startswith("ru.po, line ")
    assert "'%(max)d'" in told


def test_some_translations_leave_the_others_alone(run: Run) -> None:
    part = 'msgid ""\nmsgstr "Language: vi\\n"\n\nmsgid "Thank you"\nmsgstr "Cảm ơn"\n'
    Path("part.po").write_text(part, "utf-8")
    run("merge-pages", "part.po", "--out", "out.po")
    merged = {entry.msgid: entry.msgstr for entry in polib.pofile("out.po")}
    here = {entry.msgid: entry.msgstr for entry in polib.pofile(str(catalog_path("vi")))}
    assert merged == {**here, "Thank you": "Cảm ơn"}


def test_confirming_on_the_server(run: Run, tmp_path: Path) -> None:
    env = {"SURVEY_DATA": str(tmp_path / "data")}
    init = ["init", "--definition", "pulse", "--wave", "w", "--custody", "key-file"]
    languages = ["--confirm-language", "ru", "--confirm-language", "es"]
    assert CliRunner().invoke(main, [*init, *languages], env=env).exit_code == 0
    assert "confirmed vi" in run("confirm", "vi").output
    assert "took back ru" in run("confirm", "ru", "--take-back").output
    assert "no texts in 'so'" in refusal(run("confirm", "so", exit_code=2))
    refused = CliRunner().invoke(main, [*init, "--confirm-language", "so"], env=env)
    assert refused.exit_code == 2


def test_each_command_is_documented() -> None:
    text = (Path(command.__file__).parents[2] / "docs" / "translating.md").read_text("utf-8")
    for name in command.languages.commands:
        assert f"survey languages {name}" in text
