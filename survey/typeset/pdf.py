"""Compile a template of `templates/print/` to PDF/UA-1."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import typst
from fontpkg_source_sans_3 import ROOT as FONT_PACKAGE
from matplotlib.ft2font import FT2Font

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "print"
FONT_FILES = FONT_PACKAGE / "files"
_TEXT_ELEMENT = re.compile(r"<text\b([^>]*)")
UNKNOWN = "□"
"""Stands for a character that the font cannot draw."""


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
    source = TEMPLATES / f"{template}.typ"
    if not source.is_file() or source.parent != TEMPLATES:
        raise TypesetError(f"There is no print template named {template!r} in {TEMPLATES}.")
    for needed in ("title", "lang"):
        if not str(data.get(needed) or "").strip():
            raise TypesetError(f"The data for {template}.typ has no {needed}: give it one.")
    try:
        return typst.compile(
            source,
            root=TEMPLATES,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(_printable(data), ensure_ascii=False)},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        raise TypesetError(f"{template}.typ could not be typeset: {error.message}") from error


def printable(text: str) -> str:
    """`text` with what the font cannot draw replaced, for PDF/UA refuses a missing glyph.

    Control and direction characters are dropped, line ends become one newline, accents are
    composed; any other character outside the font becomes a box.
    """
    composed = unicodedata.normalize("NFC", "\n".join(text.splitlines()).replace("\t", " "))
    return "".join(_drawn(character) for character in composed)


def _drawn(character: str) -> str:
    category = unicodedata.category(character)
    if character == "\n" or (ord(character) in _characters() and category not in ("Cc", "Cf")):
        return character
    return "" if category in ("Cc", "Cf", "Mn", "Me") else UNKNOWN


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
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONT_FILES]
    )


@cache
def _characters() -> frozenset[int]:
    """Code points that every face of the font can draw, private use left out."""
    faces = [FT2Font(str(path)).get_charmap() for path in sorted(FONT_FILES.glob("*.ttf"))]
    common = frozenset.intersection(*(frozenset(face) for face in faces))
    return frozenset(point for point in common if unicodedata.category(chr(point)) != "Co")
