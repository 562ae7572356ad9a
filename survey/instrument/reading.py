"""Typed reading of nodes: each function returns a value or blames a line. Knows no questions."""

import math
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from survey.instrument.errors import DefinitionError
from survey.instrument.model import Text
from survey.instrument.nodes import Mapping, Node, Scalar, Sequence, blame, shorten

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""Ids become names of form fields, CSV columns and addresses. A double hyphen stays ours."""
MAX_ID = 40
LARGEST = 1e9

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][A-Za-z]{1,3})?")
_NUMBER = re.compile(r"[-+]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})([eE][-+]?\d{1,2})?", re.ASCII)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Places:
    """On which line things stand, by path: ("question", "pay", "by") falls back to its parents."""

    file: str
    lines: dict[tuple[str, ...], int]

    def blame(self, path: tuple[str, ...], message: str, fix: str) -> DefinitionError:
        """The error to raise about the thing at `path`."""
        while path and path not in self.lines:
            path = path[:-1]
        return DefinitionError(self.file, self.lines.get(path), message, fix)


def suggest(word: str, known: Iterable[str], otherwise: str) -> str:
    """What to write instead of a word that is not known."""
    names = list(known)
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return f"Write '{near[0]}' instead"
    if 0 < len(names) <= 12:
        return f"{otherwise}: {', '.join(names)}"
    return otherwise


def mapping(node: Node, what: str, example: str) -> Mapping:
    """The node as a mapping."""
    if isinstance(node, Mapping):
        return node
    raise blame(node, f"{what} must be a set of keys", f"Write it like {example}")


def sequence(node: Node, what: str, example: str) -> tuple[Node, ...]:
    """The items of a list."""
    if isinstance(node, Sequence):
        return node.items
    raise blame(node, f"{what} must be a list", f"Write it like {example}")


def keys(
    node: Node, what: str, allowed: Collection[str], required: Collection[str] = ()
) -> dict[str, Node]:
    """A mapping's values by key. Keys outside `allowed` and missing `required` ones are refused."""
    found: dict[str, Node] = {}
    for key, value in mapping(node, what, "'key: value'").items:
        name = key.value
        if name == "<<":
            raise blame(key, "merging with '<<' is not supported", "Write the keys out")
        if name not in allowed:
            fix = suggest(name, sorted(allowed), "Remove it; the keys here are")
            raise blame(key, f"{what} has no key '{shorten(name)}'", fix)
        found[name] = value
    for name in required:
        if name not in found:
            raise blame(node, f"{what} lacks '{name}'", f"Add '{name}: …'")
    return found


def word(node: Node, what: str) -> str:
    """A single value as it was written."""
    if isinstance(node, Scalar) and not node.empty:
        return node.value
    raise blame(node, f"{what} must be a single word or value", "Write one value after the colon")


def slug(node: Node, what: str) -> str:
    """An id: lower-case letters, digits and single hyphens, at most 40 characters."""
    value = word(node, what)
    if SLUG.fullmatch(value) and len(value) <= MAX_ID:
        return value
    better = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")[:MAX_ID].strip("-")
    raise blame(
        node,
        f"{what} '{shorten(value)}' is not an id (a-z, 0-9, single hyphens, at most {MAX_ID})",
        f"Write '{better}' instead" if better else "Write a short word such as 'pay'",
    )


def slugs(node: Node, what: str) -> tuple[str, ...]:
    """A list of different ids."""
    ids = [slug(item, what) for item in sequence(node, what, "[first, second]")]
    for index, one in enumerate(ids):
        if one in ids[:index]:
            raise blame(node, f"{what} names '{one}' twice", "Keep one of the two")
    return tuple(ids)


def language(node: Node) -> str:
    """A language code such as en, es or pt-BR."""
    value = word(node, "languages")
    if _LANGUAGE.fullmatch(value):
        return value
    raise blame(
        node, f"'{shorten(value)}' is not a language code", "Write a code such as 'en' or 'es'"
    )


def text(node: Node, what: str, languages: tuple[str, ...], limit: int) -> Text:
    """A text in every language, first the first; plain characters, at most `limit` of them."""
    example = "{" + ", ".join(f"{lang}: …" for lang in languages) + "}"
    given: dict[str, str] = {}
    for key, value in mapping(node, what, example).items:
        if key.value not in languages:
            raise blame(
                key,
                f"{what} is given in '{shorten(key.value)}', which 'languages' does not name",
                suggest(key.value, languages, "Remove it or add it to 'languages', now"),
            )
        given[key.value] = _plain_text(value, f"{what} in '{key.value}'", limit)
    for lang in languages:
        if lang not in given:
            raise blame(node, f"{what} lacks its text in '{lang}'", f"Write it like {example}")
    return {lang: given[lang] for lang in languages}


def _plain_text(node: Node, what: str, limit: int) -> str:
    if not isinstance(node, Scalar):
        raise blame(
            node, f"{what} must be a text", "Put it in quotes if it holds brackets or a colon"
        )
    value = node.value.strip()
    if node.empty or not value:
        raise blame(node, f"{what} is empty", "Write the text")
    if len(value) > limit:
        raise blame(node, f"{what} has {len(value)} characters", f"Shorten it to {limit}")
    if _CONTROL.search(value):
        raise blame(node, f"{what} holds a control character", "Type the text anew, without it")
    return value


def short_text(node: Node, what: str, limit: int) -> str:
    """One text that is the same in every language, such as a unit."""
    return _plain_text(node, what, limit)


def flag(node: Node, what: str) -> bool:
    """True or false."""
    if isinstance(node, Scalar) and node.plain and node.value.lower() in ("true", "false"):
        return node.value.lower() == "true"
    raise blame(node, f"{what} must be true or false", f"Write '{what}: true' or leave it out")


def number(node: Node, what: str) -> float:
    """A finite number of at most a thousand million, written without quotes."""
    if isinstance(node, Scalar) and node.plain and _NUMBER.fullmatch(node.value):
        value = float(node.value)
        if math.isfinite(value) and abs(value) <= LARGEST:
            return value
    shown = f" ('{shorten(node.value)}')" if isinstance(node, Scalar) else ""
    raise blame(node, f"{what}{shown} must be a number", "Write it in digits, such as 24 or 24.5")


def whole(node: Node, what: str, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    value = number(node, what)
    if value == int(value) and low <= value <= high:
        return int(value)
    raise blame(
        node, f"{what} must be a whole number from {low} to {high}", f"Write '{what}: {low}'"
    )


@dataclass
class Context:
    """What every part of a definition is read with; collects the line of each for the checker."""

    languages: tuple[str, ...]
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)

    def text(self, node: Node, what: str, limit: int) -> Text:
        """A text in every language of the definition."""
        return text(node, what, self.languages, limit)
