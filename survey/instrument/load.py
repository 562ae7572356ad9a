"""Definition and headcount files (YAML) to the frozen model. Every error names a line and a fix."""

from functools import lru_cache
from pathlib import Path

from survey.instrument.breakdowns import read_breakdowns
from survey.instrument.check import check, inherit
from survey.instrument.errors import DefinitionError
from survey.instrument.headcounts import read_headcounts
from survey.instrument.model import Definition, Headcounts
from survey.instrument.nodes import MAX_BYTES, Node, Scalar, blame, decode, parse_nodes
from survey.instrument.questions import read_sections
from survey.instrument.reading import Context, Places, keys, language, sequence, slug, whole

FORMAT = "survey-definition/1"
LEAST_K = 5
"""Also the default: the gate shows nothing about fewer than five people."""

_KEYS = ("format", "id", "title", "languages", "sections", "k", "intro", "breakdowns")


def load_definition(source: Path) -> Definition:
    """The checked definition in that file. Raises DefinitionError, also if it cannot be read."""
    return parse_definition(read_file(source), source.name)


def parse_definition(text: str, name: str = "definition") -> Definition:
    """The checked definition in that text; `name` stands for the file in errors.

    A text that was read a moment ago is not read again: a page of the desk asks for the same one
    several times, and it takes as long as all the rest of the page.
    """
    return _parsed(text, name)


@lru_cache(maxsize=8)
def _parsed(text: str, name: str) -> Definition:
    found = keys(parse_nodes(text, name), "the definition", _KEYS, _KEYS[:5])
    _check_format(found["format"])
    context = Context(_languages(found["languages"]))
    sections = inherit(read_sections(found["sections"], context))
    questions = {q.id: q for section in sections for q in section.questions}
    definition = Definition(
        id=slug(found["id"], "the definition's id"),
        title=context.text(found["title"], "the title", 200),
        languages=context.languages,
        k=whole(found["k"], "k", LEAST_K, 100) if "k" in found else LEAST_K,
        breakdowns=read_breakdowns(found.get("breakdowns"), context, questions),
        sections=sections,
        intro=context.text(found["intro"], "the intro", 5000) if "intro" in found else None,
    )
    check(definition, Places(name, context.lines))
    return definition


def parse_headcounts(text: str, definition: Definition, name: str = "headcounts") -> Headcounts:
    """How many people there are: `{unit: 240, role: {therapist: 120}, estimate: true}`."""
    return read_headcounts(parse_nodes(text, name), definition)


def read_file(source: Path) -> str:
    """The text of a file of at most 1 MB. Raises DefinitionError if there is none to be had."""
    try:
        with source.open("rb") as file:
            return decode(file.read(MAX_BYTES + 1), source.name)
    except (OSError, ValueError) as error:  # ValueError: a path with a zero byte
        why = getattr(error, "strerror", None) or "it cannot be read"
        raise DefinitionError(str(source), None, why, "Give the path of a YAML file") from error


def _check_format(node: Node) -> None:
    if not isinstance(node, Scalar) or node.value != FORMAT:
        raise blame(node, "this is not a definition this program reads", f"Write '{FORMAT}'")


def _languages(node: Node) -> tuple[str, ...]:
    codes = tuple(language(n) for n in sequence(node, "'languages'", "[en, es]"))
    if not codes or len(codes) > 20 or len(set(codes)) < len(codes):
        raise blame(node, "'languages' must name 1 to 20 languages, each once", "Write [en]")
    return codes
