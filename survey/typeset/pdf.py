"""Compile a template of `templates/print/` to PDF/UA-1, or to a picture."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import typst
from fontpkg_source_sans_3 import ROOT as FONT_PACKAGE
from pylopdf_fonts_zh_cn import sans_path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "print"
FONT_FILES = FONT_PACKAGE / "files"
CHINESE = sans_path()
"""Noto Sans SC, for the characters that Source Sans lacks. Templates name both, in this order."""
_TEXT_ELEMENT = re.compile(r"<text\b([^>]*)")
UNKNOWN = "□"
"""Stands for a character that neither font can draw."""


class TypesetError(Exception):
    """A document cannot be made; the text is one sentence."""


class Svg(str):
    """A picture in the data. Its text is drawn in the program's font; its markup stays markup."""

    __slots__ = ()


def compile_pdf(template: str, data: Mapping[str, object]) -> bytes:
    """The PDF (PDF/UA-1, no creation date) of `template` (a name, without .typ) filled with `data`.

    `data` holds JSON values and Svg pictures, and names at least `title` and `lang`; the template
    finds it in `sys.inputs.data`. The same data gives the same bytes. Raises TypesetError.
    """
    return _compile(template, data, pdf_standards=["ua-1"])


def compile_png(template: str, data: Mapping[str, object]) -> bytes:
    """The same as a picture of the first page (PNG): one pixel to a point. Raises TypesetError."""
    return _compile(template, data, format="png", ppi=72.0)


def _compile(template: str, data: Mapping[str, object], **how: Any) -> bytes:
    source = TEMPLATES / f"{template}.typ"
    if not source.is_file() or source.parent != TEMPLATES:
        raise TypesetError(f"There is no print template named {template!r} in {TEMPLATES}.")
    for needed in ("title", "lang"):
        if not str(data.get(needed) or "").strip():
            raise TypesetError(f"The data for {template}.typ has no {needed}: give it one.")
    try:
        made = typst.compile(
            source,
            root=TEMPLATES,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(_printable(data), ensure_ascii=False)},
            **how,
        )
    except typst.TypstError as error:
        raise TypesetError(f"{template}.typ could not be typeset: {error.message}") from error
    return bytes(made)


def printable(text: str) -> str:
    """`text` with what the fonts cannot draw replaced, for PDF/UA refuses a missing glyph.

    Control and direction characters are dropped, line ends become one newline, accents are
    composed; any other character outside of them becomes a box.
    """
    composed = unicodedata.normalize("NFC", "\n".join(text.splitlines()).replace("\t", " "))
    return "".join(_drawn(one, before) for before, one in pairwise(" " + composed))


def _drawn(character: str, before: str) -> str:
    category = unicodedata.category(character)
    if category in ("Mn", "Mc", "Me"):
        # One font has to draw a mark together with what it stands on.
        return character if {ord(character), ord(before)} <= _latin() else ""
    if category in ("Cc", "Cf"):
        return character if character == "\n" else ""
    return character if ord(character) in _latin() or ord(character) in _chinese() else UNKNOWN


def _printable(value: object) -> object:
    if isinstance(value, Svg):
        return _TEXT_ELEMENT.sub(_weighted, printable(value))
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {str(key): _printable(inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [_printable(inner) for inner in value]
    return value


def _weighted(element: re.Match[str]) -> str:
    """Say the weight in the font's own terms: typst draws the font's thinnest face for normal."""
    bold = re.search(r"font-weight[=:]\s*\"?(bold|[67]00)", element[1])
    return f"<text font-variation-settings=\"'wght' {700 if bold else 400}\"{element[1]}"


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[FONT_FILES, CHINESE.parent],
    )


@cache
def _latin() -> frozenset[int]:
    """Code points that every face of Source Sans can draw: Latin, Cyrillic, Greek."""
    faces = [_characters(path) for path in sorted(FONT_FILES.glob("*.ttf"))]
    return frozenset.intersection(*faces)


@cache
def _chinese() -> frozenset[int]:
    """Code points of the Chinese font, but for those that join what stands before them."""
    return _characters(CHINESE) - {0xFF9E, 0xFF9F}


def _characters(font: Path) -> frozenset[int]:
    """Code points that the font can draw, private use left out."""
    from matplotlib.ft2font import FT2Font  # late: reading it takes as long as a short command

    points = FT2Font(str(font)).get_charmap()
    return frozenset(point for point in points if unicodedata.category(chr(point)) != "Co")
