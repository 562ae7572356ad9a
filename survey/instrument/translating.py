"""A definition's texts as a PO file for volunteers, and back into the definition.

An entry's context (msgctxt) is the path of the text, such as "question.role.option.nurse", so that
the same English may be translated in two ways. Reading back keeps comments and layout of the file.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polib
from ruamel.yaml import YAML

from survey.instrument.errors import DefinitionError
from survey.instrument.load import parse_definition
from survey.instrument.nodes import Mapping as MappingNode
from survey.instrument.nodes import Node, Scalar, parse_nodes, shorten
from survey.instrument.nodes import Sequence as SequenceNode

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
_WIDE = 4096
"""Characters of a line: longer than any text, so that no line is broken that was not before."""


@dataclass(frozen=True, slots=True)
class Place:
    """One text of a definition file, which may still lack languages. `texts` is by language."""

    path: str
    line: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A definition file as far as translating needs it."""

    name: str
    languages: tuple[str, ...]
    places: tuple[Place, ...]

    @property
    def source(self) -> str:
        """The language that the others are translated from."""
        return self.languages[0]

    def missing(self, language: str) -> tuple[Place, ...]:
        """The texts that have no words in that language."""
        return tuple(place for place in self.places if not place.texts.get(language))


def read_draft(text: str, name: str) -> Draft:
    """The texts of a definition that may be incomplete. Raises DefinitionError if it is no YAML."""
    root = parse_nodes(text, name)
    tree = _plain(root)
    named = tree.get("languages") if isinstance(tree, dict) else None
    languages = tuple(n.value for n in named if isinstance(n, Scalar)) if named else ()
    if not languages:
        fix = "Write 'languages: [en]' with the language first that the others come from"
        raise DefinitionError(name, root.line, "the file names no languages", fix)
    places = tuple(
        Place(path, min(n.line for n in texts.values()), {k: n.value for k, n in texts.items()})
        for path, texts in _walk(tree)
        if texts and all(isinstance(n, Scalar) for n in texts.values())
    )
    return Draft(name, languages, places)


def to_po(draft: Draft, language: str) -> polib.POFile:
    """The texts as a PO file, with what is translated already. Raises DefinitionError."""
    if language == draft.source:
        message = f"'{language}' is the language that the others are translated from"
        raise DefinitionError(draft.name, None, message, "Name another one")
    catalog = polib.POFile(wrapwidth=0)
    catalog.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for place in draft.places:
        entry = polib.POEntry(
            msgctxt=place.path,
            msgid=place.texts.get(draft.source, ""),
            msgstr=place.texts.get(language, ""),
            occurrences=[(draft.name, str(place.line))],
        )
        catalog.append(entry)
    return catalog


def from_po(text: str, name: str, catalog: polib.POFile, po_name: str) -> str:
    """The definition with the texts of a PO file put in; every text must be there.

    Raises DefinitionError about the line of the PO file, or of the definition that comes out.
    """
    draft = read_draft(text, name)
    language = catalog.metadata.get("Language", "").replace("_", "-")
    if not language or language == draft.source:
        message = "the head of the file does not say which language it is in"
        raise DefinitionError(po_name, 1, message, "Write '\"Language: vi\\n\"' in its head")
    said = _checked(draft, catalog, po_name)
    yaml = _round_trip()
    tree = yaml.load(text)
    for path, texts in _walk(tree):
        # What did not change keeps its layout, such as lines folded after >-.
        if path in said and str(texts.get(language, "")).strip() != said[path]:
            texts[language] = said[path]
    if language not in draft.languages:
        tree["languages"].append(language)
    out = io.StringIO()
    yaml.dump(tree, out)
    parse_definition(out.getvalue(), name)
    return out.getvalue()


def _checked(draft: Draft, catalog: polib.POFile, po_name: str) -> dict[str, str]:
    """Translations by path, all of them."""
    entries = {entry.msgctxt: entry for entry in catalog if not entry.obsolete}
    said: dict[str, str] = {}
    for place in draft.places:
        entry = entries.get(place.path)
        if entry is None:
            message = f"there is nothing for '{place.path}'"
            raise DefinitionError(po_name, None, message, "Export the file anew and fill it in")
        if problem := _problem(entry, place.texts.get(draft.source, "")):
            message = f"{problem[0]} ('{place.path}')"
            raise DefinitionError(po_name, entry.linenum, message, problem[1])
        said[place.path] = " ".join(entry.msgstr.split())
    return said


def _problem(entry: polib.POEntry, source: str) -> tuple[str, str] | None:
    """What is wrong with an entry, and what to do."""
    if " ".join(entry.msgid.split()) != " ".join(source.split()):
        return f"the text is now “{shorten(source)}”", "Export the file anew and translate that"
    if not entry.msgstr.strip():
        return f"“{shorten(source)}” is not translated", "Write the translation after msgstr"
    if entry.fuzzy:
        return f"“{shorten(source)}” is marked fuzzy", "Check it, then remove the line '#, fuzzy'"
    here, there = (set(_PLACEHOLDER.findall(text)) for text in (entry.msgid, entry.msgstr))
    if here != there:
        lost = sorted(here ^ there)[0]
        return f"only one of the two texts has '{lost}'", "Keep it as it is in both"
    return None


def _round_trip() -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = _WIDE
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _plain(node: Node) -> Any:
    """Nodes as dicts and lists, so that `_walk` reads them as it reads ruamel's tree."""
    if isinstance(node, MappingNode):
        return {key.value: _plain(value) for key, value in node.items}
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.items]
    return node


def _walk(tree: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, texts by language) of every text that the file gives."""
    for key in ("title", "intro"):
        yield from _text(key, tree, key)
    for name, breakdown in _items(tree, "breakdowns"):
        yield from _text(f"breakdown.{name}.label", breakdown, "label")
        for group, label in _items(breakdown, "labels"):
            yield from _text(f"breakdown.{name}.group.{group}", {"label": label}, "label")
    for section in _list(tree, "sections"):
        yield from _text(f"section.{_id(section)}.title", section, "title")
        for question in _list(section, "questions"):
            path = f"question.{_id(question)}"
            yield from _text(f"{path}.text", question, "text")
            yield from _text(f"{path}.help", question, "help")
            for option, label in _items(question, "options"):
                yield from _text(f"{path}.option.{option}", {"label": label}, "label")


def _text(path: str, parent: Any, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    found = parent.get(key) if isinstance(parent, dict) else None
    if isinstance(found, dict):
        yield path, found


def _items(parent: Any, key: str) -> list[tuple[Any, Any]]:
    found = parent.get(key) if isinstance(parent, dict) else None
    return list(found.items()) if isinstance(found, dict) else []


def _list(parent: Any, key: str) -> list[Any]:
    found = parent.get(key) if isinstance(parent, dict) else None
    return found if isinstance(found, list) else []


def _id(thing: Any) -> str:
    found = thing.get("id") if isinstance(thing, dict) else None
    return found.value if isinstance(found, Scalar) else str(found)
