"""Sections and questions of a definition, read from YAML."""

from itertools import pairwise

from survey.instrument import reading
from survey.instrument.model import Kind, Option, Question, Section, ShowIf
from survey.instrument.nodes import Node, blame, shorten
from survey.instrument.reading import Context, keys, mapping, sequence, slug, slugs, suggest

_COMMON = ("id", "kind", "text", "help", "by", "sensitive", "personal", "show_if", "family")
_OWN: dict[Kind, tuple[str, ...]] = {
    "choice": ("options",),
    "scale": ("options",),
    "choices": ("options", "max"),
    "number": ("unit", "also", "edges", "not_applicable"),
}
_NEEDED: dict[Kind, tuple[str, ...]] = {
    "choice": ("options",),
    "scale": ("options",),
    "choices": ("options",),
    "number": ("unit", "edges"),
}
_EVERY = {*_COMMON, *(key for own in _OWN.values() for key in own)}

_TITLE, _TEXT, _HELP, _LABEL, _UNIT = 200, 500, 1000, 200, 40
"""Most characters of a text."""


def read_sections(node: Node, context: Context) -> tuple[Section, ...]:
    """All sections, in the order asked; each with at least one question."""
    return tuple(_section(context, item) for item in _items(node, "sections"))


def _items(node: Node, what: str) -> tuple[Node, ...]:
    items = sequence(node, f"'{what}'", "a line '- id: …' for each")
    if not items:
        raise blame(node, f"'{what}' is empty", "Add at least one")
    return items


def _section(context: Context, node: Node) -> Section:
    found = keys(node, "a section", ("id", "title", "questions"), ("id", "title", "questions"))
    sid = slug(found["id"], "the section's id")
    context.lines["section", sid] = found["id"].line
    return Section(
        id=sid,
        title=context.text(found["title"], f"the title of section '{sid}'", _TITLE),
        questions=tuple(_question(context, q) for q in _items(found["questions"], "questions")),
    )


def _question(context: Context, node: Node) -> Question:
    found = keys(node, "a question", _EVERY, ("id", "kind"))
    qid = slug(found["id"], "the question's id")
    what = f"question '{qid}'"
    kind = _kind(found["kind"])
    _check_keys(node, found, what, kind)
    context.lines["question", qid] = found["id"].line
    context.lines |= {("question", qid, key): value.line for key, value in found.items()}
    options = _options(context, found["options"], what) if "options" in found else ()
    helping = found.get("help")
    by = slugs(found["by"], f"'by' of {what}") if "by" in found else ()
    most = found.get("max")
    return Question(
        id=qid,
        kind=kind,
        text=context.text(found["text"], f"the text of {what}", _TEXT),
        help=None if helping is None else context.text(helping, f"the help of {what}", _HELP),
        options=options,
        max=None if most is None else reading.whole(most, "max", 1, len(options)),
        unit=_unit(found["unit"], what) if "unit" in found else None,
        also=_also(found, what) if "also" in found else (),
        edges=_edges(found["edges"], what) if "edges" in found else (),
        by=by,
        sensitive=_flag(found, "sensitive"),
        personal=_flag(found, "personal"),
        not_applicable=_flag(found, "not_applicable"),
        show_if=_show_if(found["show_if"], what) if "show_if" in found else None,
        family=slug(found["family"], f"the family of {what}") if "family" in found else None,
    )


def _options(context: Context, node: Node, what: str) -> tuple[Option, ...]:
    options = mapping(node, f"'options' of {what}", "{yes: {en: Yes}, no: {en: No}}").items
    if not 2 <= len(options) <= 100:
        raise blame(node, f"{what} has {len(options)} options", "Give 2 to 100 options")
    return tuple(
        Option(
            slug(key, f"an option of {what}"),
            context.text(value, f"option '{shorten(key.value)}' of {what}", _LABEL),
        )
        for key, value in options
    )


def _kind(node: Node) -> Kind:
    value = reading.word(node, "kind")
    for kind in _OWN:
        if value == kind:
            return kind
    raise blame(node, f"there is no kind '{shorten(value)}'", suggest(value, _OWN, "Write one of"))


def _check_keys(node: Node, found: dict[str, Node], what: str, kind: Kind) -> None:
    for name, value in found.items():
        if name not in (*_COMMON, *_OWN[kind]):
            homes = " or ".join(k for k, own in _OWN.items() if name in own)
            message = f"{what} is of kind {kind}, which takes no '{name}'"
            raise blame(value, message, f"Remove it, or make the kind {homes}")
    for name in ("text", *_NEEDED[kind]):
        if name not in found:
            raise blame(node, f"{what} lacks '{name}'", f"Add '{name}: …'")


def _flag(found: dict[str, Node], name: str) -> bool:
    return reading.flag(found[name], name) if name in found else False


def _unit(node: Node, what: str) -> str:
    return reading.short_text(node, f"the unit of {what}", _UNIT)


def _also(found: dict[str, Node], what: str) -> tuple[tuple[str, float], ...]:
    units: dict[str, float] = {_unit(found["unit"], what): 1}
    for key, value in mapping(found["also"], f"'also' of {what}", "{USD/year: 2080}").items:
        unit = _unit(key, what)
        divisor = reading.number(value, f"'{unit}' of {what}")
        if divisor <= 0:
            fix = "Write what to divide by, such as 2080 for hours a year"
            raise blame(value, f"'{unit}' of {what} must be above 0", fix)
        if unit in units:
            raise blame(key, f"{what} offers the unit '{unit}' twice", "Keep one of the two")
        units[unit] = divisor
    return tuple(units.items())[1:]


def _edges(node: Node, what: str) -> tuple[float, ...]:
    items = sequence(node, f"'edges' of {what}", "[10, 20, 40]")
    if not 2 <= len(items) <= 60:
        raise blame(node, f"{what} has {len(items)} edges", "Give 2 to 60 edges")
    edges = tuple(reading.number(item, f"an edge of {what}") for item in items)
    if edges[0] <= 0:
        fix = "Begin above 0; the first bin already holds everything below the first edge"
        raise blame(items[0], f"the first edge of {what} is not above 0", fix)
    for (low, high), item in zip(pairwise(edges), items[1:], strict=True):
        if high <= low:
            message = f"edge {high:g} of {what} does not rise above {low:g}"
            raise blame(item, message, "Write the edges from small to large, each once")
    return edges


def _show_if(node: Node, what: str) -> ShowIf:
    items = mapping(node, f"'show_if' of {what}", "{leave: [likely, very-likely]}").items
    if len(items) != 1:
        raise blame(node, f"'show_if' of {what} must name one question", "Write {leave: [likely]}")
    key, value = items[0]
    options = slugs(value, f"'show_if' of {what}")
    if not options:
        raise blame(value, f"'show_if' of {what} names no answer", "Write {leave: [likely]}")
    return ShowIf(slug(key, f"'show_if' of {what}"), options)
