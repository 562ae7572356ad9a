"""YAML text to a tree of nodes that know their lines. Knows YAML, nothing of questionnaires.

We read ruamel's events and build the tree ourselves: no tag can construct anything, a plain
`no` or `1` is the text that was written until a reader asks for a number, duplicate keys are
seen, and an alias costs what it stands for, so that an alias bomb is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from survey.instrument.errors import DefinitionError

MAX_BYTES = 1_000_000
MAX_NODES = 100_000
"""Aliases counted as often as they are used."""
MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value as it was written; `plain` if without quotes."""

    file: str
    line: int
    value: str
    plain: bool

    @property
    def empty(self) -> bool:
        """Nothing was written, or null."""
        return self.plain and self.value in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    file: str
    line: int
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values, in the order written; no key twice."""

    file: str
    line: int
    items: tuple[tuple[Scalar, "Node"], ...]


Node = Scalar | Sequence | Mapping


def blame(node: Node, message: str, fix: str) -> DefinitionError:
    """The error to raise about the line of `node`."""
    return DefinitionError(node.file, node.line, message, fix)


def decode(data: bytes, file: str) -> str:
    """Bytes to text. Raises DefinitionError if they are too many or not UTF-8."""
    if len(data) > MAX_BYTES:
        raise DefinitionError(
            file, None, "the file is larger than 1 MB", "Shorten it or split it into two surveys"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DefinitionError(
            file, line, "the file is not UTF-8 text", "Save it as UTF-8 and try again"
        ) from error


def parse_nodes(text: str, file: str) -> Node:
    """One YAML document to its root node. Raises DefinitionError for everything else."""
    if len(text) > MAX_BYTES:
        decode(b" " * (MAX_BYTES + 1), file)
    builder = _Builder(file)
    for event in _events(text, file):
        builder.take(event)
    if builder.root is None:
        raise DefinitionError(
            file, 1, "the file is empty", "Begin it with 'format: ' and the format's name"
        )
    return builder.root


def _events(text: str, file: str) -> Iterator[events.Event]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        problem = " ".join(str(error.problem or error.context or "").split())
        raise DefinitionError(
            file, line, f"this is not YAML ({problem})", _yaml_fix(problem)
        ) from error
    except YAMLError as error:
        raise DefinitionError(
            file,
            None,
            "the file holds a character that YAML does not allow",
            "Remove control characters and save it as plain text",
        ) from error
    # The parser is not ours and stumbles over some inputs (an escape beyond Unicode gives
    # ValueError); whatever it is, the file is at fault and its author needs a sentence.
    except Exception as error:
        raise DefinitionError(
            file, None, "this is not YAML that can be read", "Check the file with a YAML editor"
        ) from error


def _yaml_fix(problem: str) -> str:
    if "'\\t'" in problem:
        return "Indent with spaces, not tabs"
    if "mapping values are not allowed" in problem:
        return "Put quotes around a text that holds a colon, and check the indentation"
    return "Check indentation, brackets and quotes around this line"


class _Builder:
    """Builds nodes from events, without recursion, so that no depth can exhaust the stack."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int] | None] = {}
        self._written = 0

    def take(self, event: events.Event) -> None:
        """Add one event of the parser."""
        line = event.start_mark.line + 1
        match event:
            case events.DocumentStartEvent() if self.root is not None:
                self._fail(line, "a second document begins here", "Remove the line '---'")
            case events.MappingStartEvent() | events.SequenceStartEvent():
                self._begin(event, line)
            case events.MappingEndEvent() | events.SequenceEndEvent():
                self._end()
            case events.ScalarEvent():
                plain = event.style not in ("'", '"', "|", ">")
                self._add(Scalar(self.file, line, event.value, plain), 1, event.anchor)
            case events.AliasEvent():
                self._alias(str(event.anchor), line)

    def _begin(self, event: events.CollectionStartEvent, line: int) -> None:
        if len(self._open) >= MAX_DEPTH:
            self._fail(line, "lists are nested too deep", "Check indentation and brackets")
        if event.anchor is not None:
            self._anchors[event.anchor] = None  # until it is complete
        mapping = isinstance(event, events.MappingStartEvent)
        self._open.append(_Open(line, mapping, event.anchor, []))

    def _end(self) -> None:
        done = self._open.pop()
        items = tuple(node for node, _ in done.items)
        size = 1 + sum(size for _, size in done.items)
        node = self._mapping(done.line, items) if done.mapping else None
        self._add(node or Sequence(self.file, done.line, items), size, done.anchor)

    def _mapping(self, line: int, items: tuple[Node, ...]) -> Mapping:
        pairs: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._fail(key.line, "a key must be a word", "Write it as 'word: value'")
            if key.value in pairs:
                first = pairs[key.value][0].line
                message = f"'{shorten(key.value)}' stands here twice (first on line {first})"
                self._fail(key.line, message, "Keep one of the two")
            pairs[key.value] = (key, value)
        return Mapping(self.file, line, tuple(pairs.values()))

    def _alias(self, anchor: str, line: int) -> None:
        found = self._anchors.get(anchor)
        if found is None:
            message = f"'*{shorten(anchor)}' refers to nothing above it"
            self._fail(line, message, f"Write '&{shorten(anchor)}' before the value it repeats")
        self._add(*found, None)

    def _add(self, node: Node, size: int, anchor: str | None) -> None:
        self._written += 1
        if max(size, self._written) > MAX_NODES:
            self._fail(node.line, "the file stands for too many values", "Shorten it")
        if anchor is not None:
            self._anchors[anchor] = (node, size)
        if self._open:
            self._open[-1].items.append((node, size))
        else:
            self.root = node

    def _fail(self, line: int, message: str, fix: str) -> NoReturn:
        raise DefinitionError(self.file, line, message, fix)


@dataclass(frozen=True, slots=True)
class _Open:
    line: int
    mapping: bool
    anchor: str | None
    items: list[tuple[Node, int]]


def shorten(text: str, length: int = 40) -> str:
    """A quoted piece of the file, short enough for one line of an error."""
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1] + "…"
