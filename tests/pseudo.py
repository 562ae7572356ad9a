"""A language nobody speaks, for tests: Hebrew letters for Latin ones, longer, in marked brackets.

It reads from right to left, so pages can be seen mirrored; and whatever is left in Latin letters on
a page is a text that escaped translation.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polib
import pytest
from bs4 import BeautifulSoup, NavigableString
from ruamel.yaml import YAML

from reports.reference.wages import areas_of_oregon
from survey.cli.catalogs import messages
from survey.instrument.library import LIBRARY
from survey.instrument.translating import from_po, read_draft, to_po
from survey.web import languages

LANG = "qps"
_LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyz", "אבגדהוזחטיכלמנסעפצקרשתאבגד"
) | str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "אבגדהוזחטיכלמנסעפצקרשתאבגד")
_KEPT = re.compile(r"(%\(\w+\)[sd]|%s|%%)")
_OURS = re.compile("⟦[^⟦⟧]*⟧")
_LATIN = re.compile("[A-Za-z]")


def pseudo(text: str) -> str:
    """`text` in that language, a third longer; placeholders stay."""
    parts = [
        part if _KEPT.fullmatch(part) else part.translate(_LETTERS) for part in _KEPT.split(text)
    ]
    more = "כל" * (1 + len(text) // 6) if len(text) > 12 else ""
    return f"⟦{''.join(parts)}{' ' if more else ''}{more}⟧"


def questionnaire(name: str) -> str:
    """A built-in questionnaire with its texts in that language too."""
    text = LIBRARY[name].read_text("utf-8")
    catalog = to_po(read_draft(text, name), LANG)
    for entry in catalog:
        entry.msgstr = pseudo(entry.msgid)
    return from_po(text, name, catalog, "qps.po")


def campaign(source: Path) -> str:
    """A campaign's file with that language as its only one."""
    tree = YAML(typ="safe", pure=True).load(source.read_text("utf-8"))
    tree["languages"] = [LANG]
    lines: list[str] = []
    YAML(typ="safe", pure=True).dump(_turned(tree), _Into(lines))
    return "".join(lines)


class _Into:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines

    def write(self, data: bytes | str) -> None:
        self.lines.append(data.decode() if isinstance(data, bytes) else data)


def _turned(node: Any) -> Any:
    if isinstance(node, dict):
        if "en" in node and "es" in node:
            return {LANG: pseudo(str(node["en"]))}
        return {key: _turned(value) for key, value in node.items()}
    return [_turned(item) for item in node] if isinstance(node, list) else node


@contextmanager
def spoken(folder: Path) -> Iterator[None]:
    """While it lasts, the program speaks that language as well."""
    catalog = polib.POFile(wrapwidth=0)
    catalog.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for message in messages():
        one, many = (message, None) if isinstance(message, str) else (message[0], message[1])
        entry = polib.POEntry(msgid=one)
        if many is None:
            entry.msgstr = pseudo(one)
        else:
            entry.msgid_plural, entry.msgstr_plural = many, {0: pseudo(one), 1: pseudo(many)}
        catalog.append(entry)
    shutil.copytree(languages.FOLDER, folder, dirs_exist_ok=True)
    catalog.save(str(folder / f"{LANG}.po"))
    supported = (*languages.SUPPORTED, LANG)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "FOLDER", folder)
        patch.setattr(languages, "RIGHT_TO_LEFT", frozenset({LANG}))
        patch.setitem(languages.NAMES, LANG, pseudo("Pseudo"))
        patch.setitem(languages.LOCALES, LANG, "he")
        for module in ("web.languages", "intake.pages", "intake.offered"):
            patch.setattr(f"survey.{module}.SUPPORTED", supported)
        patch.setattr("reports.public.pages.SUPPORTED", supported)
        forget()
        yield
    forget()


def forget() -> None:
    """Read catalogs and locales anew."""
    languages.translations.cache_clear()
    languages.locale_of.cache_clear()


def untranslated(html: str) -> list[str]:
    """Whatever a person would see or hear on the page that is not in that language.

    Left out: what says that it is in another language, code and addresses, and names of areas.
    """
    soup = BeautifulSoup(html, "html.parser")
    assert soup.html is not None
    assert (soup.html["lang"], soup.html["dir"]) == (LANG, "rtl")
    for tag in soup.select(f"script, style, code, [lang]:not([lang={LANG}]), .address"):
        tag.decompose()
    # Not the doctype, not comments.
    said = [str(text) for text in soup.find_all(string=True) if type(text) is NavigableString]
    for attribute in ("aria-label", "alt", "title", "placeholder", "content"):
        said += [
            str(tag[attribute])
            for tag in soup.select(f"[{attribute}]")
            if tag.name != "meta" or tag.get("name") == "description"
        ]
    return [text.strip() for text in said if _LATIN.search(_rest(text))]


def _rest(text: str) -> str:
    """`text` without what is in that language, nested or not, and without names of areas."""
    for area in areas_of_oregon():
        text = text.replace(area, "")
    while _OURS.search(text):
        text = _OURS.sub("", text)
    return text.replace("Oregon", "")
