"""Which messages workers read, and what is missing or wrong in a catalog of translations.

The messages are found in the source itself, so that no list of them can fall behind.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from reports.charts.wages import COLUMNS, MARKS
from reports.findings import ANY_NUMBER, CASELOADS, HOW_MANY
from reports.phrases import MEDIANS, NOTABLE
from reports.reference.wages import Blank
from reports.wording import HIDDEN, ORIGINS, UNITS
from survey.instrument.wording import MESSAGES

ROOT = Path(__file__).parents[2]
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
"""Where messages stand that workers or the public read."""
WORDS = (
    *MESSAGES,
    *(ANY_NUMBER, CASELOADS, HIDDEN, MARKS, *COLUMNS, *HOW_MANY.values(), *MEDIANS.values()),
    *(notable.says for notable in NOTABLE.values()),
    *(*UNITS.values(), *ORIGINS.values(), *(blank.value for blank in Blank)),
)
"""Messages that stand in tables of words, where no extractor finds them."""
CODE = ("reports/findings.py", "reports/wording.py", "reports/charts/wages.py")
"""Beside reports/public: what says figures on public pages, through tr(language, message)."""

Message = str | tuple[str, ...]
"""A text, or its singular and plural."""

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%s|%")


@cache
def messages() -> dict[Message, set[str]]:
    """Every message of the program, with the files it stands in ("words" for tables of words)."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found: dict[Message, set[str]] = {message: {"words"} for message in WORDS}
    keywords = {**DEFAULT_KEYWORDS, "lazy": None}
    for name, _line, message, *_ in extract_from_dir(ROOT, methods, options, keywords):
        found.setdefault(message, set()).add(name)
    for path in (*(ROOT / name for name in CODE), *(ROOT / "reports/public").glob("*.py")):
        for text in _said(path):
            found.setdefault(text, set()).add("words")
    return found


def worker_facing() -> set[Message]:
    """The messages that workers or the public read."""
    return {
        message
        for message, files in messages().items()
        if any(name == "words" or name.startswith(WORKER_FACING) for name in files)
    }


def message_of(entry: polib.POEntry) -> Message:
    """What an entry translates."""
    return (entry.msgid, entry.msgid_plural) if entry.msgid_plural else str(entry.msgid)


def translated(catalog: polib.POFile) -> set[Message]:
    """What a catalog has a translation of, in all its plural forms."""
    return {message_of(entry) for entry in catalog.translated_entries()}


def pairs(entries: Iterable[polib.POEntry]) -> Iterator[tuple[polib.POEntry, str, str]]:
    """(entry, English, translation) of every form of every entry."""
    for entry in entries:
        if not entry.msgid_plural:
            yield entry, entry.msgid, entry.msgstr
        for index, text in entry.msgstr_plural.items():
            yield entry, (entry.msgid_plural if index else entry.msgid), text


def lost_placeholders(english: str, translation: str) -> str | None:
    """The first placeholder, such as %(name)s, that only one of the two has; None if all is well.

    A plural form may leave %(num)s out, as "one person" does.
    """
    here, there = (set(_PLACEHOLDER.findall(text)) for text in (english, translation))
    differing = sorted((here ^ there) - {"%(num)s"})
    return differing[0] if differing else None


def plural_forms(catalog: polib.POFile) -> int:
    """How many plural forms the catalog's own rule makes; 0 where it states none."""
    stated = re.search(r"nplurals\s*=\s*(\d+)", catalog.metadata.get("Plural-Forms", ""))
    return int(stated[1]) if stated else 0


def twice(catalog: Iterable[polib.POEntry]) -> list[str]:
    """Messages that stand in a catalog more than once."""
    counted = Counter((entry.msgctxt, entry.msgid) for entry in catalog)
    return [msgid for (_context, msgid), times in counted.items() if times > 1]


def _said(path: Path) -> set[str]:
    """The messages that a file of reports hands to tr(), directly or by a variable."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    calls = [n for n in nodes if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "tr"]
    handed = [call.args[1] for call in calls]
    names = {arg.id for arg in handed if isinstance(arg, ast.Name)}
    set_to = [
        n.value
        for n in nodes
        if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)
        if n.targets[0].id in names
    ]
    return {str(a.value) for a in (*handed, *set_to) if isinstance(a, ast.Constant)}
