"""A worker who reads Spanish reads Spanish everywhere: each sentence, with its placeholders."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polib
import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from reports.charts.wages import COLUMNS, MARKS
from reports.findings import ANY_NUMBER, CASELOADS, HOW_MANY
from reports.phrases import MEDIANS, NOTABLE
from reports.reference.wages import Blank
from reports.wording import HIDDEN, ORIGINS, UNITS, amount, bare, percent
from survey.instrument.wording import MESSAGES

ROOT = Path(__file__).parents[2]
PUBLIC = ROOT / "reports" / "public"
CATALOG = ROOT / "survey" / "web" / "translations" / "es.po"
WORKER_FACING = (
    "templates/survey/",
    "templates/macros/origin.html",
    "templates/macros/survey.html",
    "templates/public",
    "templates/results/",
    "templates/errors/",
    "templates/worker.html",
    "survey/intake/",
    "survey/web/errors.py",
    "reports/public/",
)
PUBLIC_WORDS = (
    *(ANY_NUMBER, CASELOADS, HIDDEN, MARKS, *COLUMNS, *HOW_MANY.values(), *MEDIANS.values()),
    *(notable.says for notable in NOTABLE.values()),
    *(*UNITS.values(), *ORIGINS.values(), *(blank.value for blank in Blank)),
)
"""Messages that stand in tables of words, where no extractor finds them."""
PUBLIC_CODE = ("reports/findings.py", "reports/wording.py", "reports/charts/wages.py")
"""Beside reports/public: what says figures on public pages, through tr(language, message)."""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%|%")
FAMILIAR = re.compile(
    r"\b(tú|tu|tus|ti|tuyo|tuya|eres|puedes|tienes|debes|elige|escribe|usa tu|revisa|vuelve|espera"
    r"|intenta|envía(lo|la)?|haz|ponte|enviaste|marca (una|la|las|los)\b)\b",
    re.IGNORECASE,
)

Message = str | tuple[str, ...]


def said(path: Path) -> set[str]:
    """The messages that a file of reports hands to tr(), directly or by a variable."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    calls = [n for n in nodes if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "tr"]
    handed = [call.args[1] for call in calls]
    names = {arg.id for arg in handed if isinstance(arg, ast.Name)}
    set_to = [
        n.value
        for n in nodes
        if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)
        if n.targets[0].id in names
    ]
    found = {arg.value for arg in (*handed, *set_to) if isinstance(arg, ast.Constant)}
    return {str(text) for text in found}


@cache
def extracted() -> dict[Message, set[str]]:
    """Every message of the program, with the files it stands in."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[Message, set[str]] = {message: {"words"} for message in (*MESSAGES, *PUBLIC_WORDS)}
    keywords = {**DEFAULT_KEYWORDS, "lazy": None}
    for name, _line, message, *_ in extract_from_dir(ROOT, methods, options, keywords):
        found.setdefault(message, set()).add(name)
    for public in (*PUBLIC_CODE, *(str(p.relative_to(ROOT)) for p in PUBLIC.glob("*.py"))):
        for text in said(ROOT / public):
            found.setdefault(text, set()).add("words")
    return found


def worker_facing() -> set[Message]:
    return {
        message
        for message, files in extracted().items()
        if any(name == "words" or name.startswith(WORKER_FACING) for name in files)
    }


@cache
def catalog() -> polib.POFile:
    return polib.pofile(str(CATALOG), check_for_duplicates=True)


def pairs() -> Iterator[tuple[str, str]]:
    """(English, Spanish) of every form of every entry."""
    for entry in catalog():
        if not entry.msgid_plural:
            yield entry.msgid, entry.msgstr
        for index, text in entry.msgstr_plural.items():
            yield (entry.msgid_plural if index else entry.msgid), text


def translated() -> set[Message]:
    done: set[Message] = set()
    for entry in catalog().translated_entries():
        done.add((entry.msgid, entry.msgid_plural) if entry.msgid_plural else entry.msgid)
    return done


def test_every_worker_facing_message_is_in_spanish() -> None:
    assert worker_facing() - translated() == set()


def test_the_extraction_sees_templates_python_and_the_form() -> None:
    places = {name.split("/")[0] for files in extracted().values() for name in files}
    assert {"survey", "templates", "words"} <= places
    assert "Skip to the content" in worker_facing()


def test_no_translation_outlived_its_message() -> None:
    known = {part for m in extracted() for part in ((m,) if isinstance(m, str) else m)}
    assert [e.msgid for e in catalog() if e.msgid not in known] == []
    assert catalog().obsolete_entries() == []
    assert catalog().fuzzy_entries() == []


def test_placeholders_are_the_same() -> None:
    for english, spanish in pairs():
        if spanish:
            here, there = PLACEHOLDER.findall(english), PLACEHOLDER.findall(spanish)
            assert set(here) == set(there), english


def test_both_plurals_are_there() -> None:
    for entry in catalog():
        if entry.msgid_plural:
            assert sorted(entry.msgstr_plural) == [0, 1]


def test_workers_are_addressed_as_usted() -> None:
    assert [spanish for _, spanish in pairs() if FAMILIAR.search(spanish)] == []


def test_no_space_is_lost_at_the_ends() -> None:
    for english, spanish in pairs():
        assert spanish == spanish.strip() or english != english.strip(), english


@pytest.mark.parametrize("text", ["Vuelve atrás.", "Revisa tus respuestas.", "Puedes seguir."])
def test_the_check_on_address_can_fail(text: str) -> None:
    assert FAMILIAR.search(text)


def test_spanish_writes_dollars_as_the_united_states_do() -> None:
    assert bare(24.5, "USD/hour", "es") == "$24.50"
    assert percent(0.412, "es") == "41%"
    assert amount(1399, "USD/week", "es") == "$1,399 por semana"
