"""Every word a worker may read is there in every language we speak."""

import re
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract_from_dir, extract_from_file

from survey.web.languages import FOLDER, SUPPORTED

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "lazy": None, "gettext": None, "ngettext": (1, 2)}
HOLE = re.compile(r"%\((\w+)\)s|%%")


def messages() -> set[str]:
    """Message ids of worker pages, public pages and error pages."""
    found: set[str] = set()
    templates = ROOT / "templates"
    html = [templates / "worker.html", templates / "public.html"]
    for folder in ("errors", "intake", "public"):
        html += (templates / folder).rglob("*.html")
    options = {"trimmed": "true"}
    for path in html:
        for _, message, _, _ in extract_from_file("jinja2", path, KEYWORDS, options=options):
            found |= {message} if isinstance(message, str) else set(message)
    for folder in ("survey/intake", "reports/public"):
        for _, _, message, _, _ in extract_from_dir(ROOT / folder, keywords=KEYWORDS):
            found |= {message} if isinstance(message, str) else set(message)
    for _, message, _, _ in extract_from_file("python", ROOT / "survey/web/errors.py", KEYWORDS):
        found |= {message} if isinstance(message, str) else set(message)
    return found


@pytest.mark.parametrize("language", [code for code in SUPPORTED if code != "en"])
def test_nothing_a_worker_reads_is_left_in_english(language: str) -> None:
    catalog = polib.pofile(str(FOLDER / f"{language}.po"))
    translated = {entry.msgid for entry in catalog if entry.translated()}
    assert messages() - translated == set()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.po")), ids=lambda p: p.stem)
def test_translations_fill_in_the_same_values(path: Path) -> None:
    seen: set[str] = set()
    for entry in polib.pofile(str(path)):
        assert entry.msgid not in seen, f"twice: {entry.msgid}"
        seen.add(entry.msgid)
        for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            assert set(HOLE.findall(text)) == set(HOLE.findall(entry.msgid)), entry.msgid
