"""A YAML file read strictly: whatever is not as it should be is an error with its line.

Values are taken as they were written (`no` stays "no") and nothing is constructed from tags.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

MAX_BYTES = 1_000_000


class ContentError(Exception):
    """The campaign's file cannot be used. str() is one line: where, what is wrong, what to write.

    `line` counts from 1; None where no line is to blame. `message` and `fix` end without a period.
    """

    def __init__(self, file: str, line: int | None, message: str, fix: str) -> None:
        self.file = file
        self.line = line
        self.message = message
        self.fix = fix
        where = file if line is None else f"{file}, line {line}"
        super().__init__(f"{where}: {message}. {fix}.")


@dataclass(frozen=True, slots=True)
class Part:
    """One value of the file, and by what name it goes."""

    file: str
    name: str
    node: Node

    def refuse(self, message: str, fix: str) -> NoReturn:
        """Raise ContentError about this part's line."""
        raise ContentError(self.file, self.node.start_mark.line + 1, message, fix)

    def parts(self, needed: str, optional: str = "") -> dict[str, "Part"]:
        """Its keys: all of `needed`, and none but these and `optional` (names, blanks between)."""
        wanted, allowed = needed.split(), [*needed.split(), *optional.split()]
        if not isinstance(self.node, MappingNode):
            self.refuse(f"'{self.name}' has no keys", f"Write {', '.join(wanted)} below it")
        found: dict[str, Part] = {}
        for key_node, value in self.node.value:
            key = Part(self.file, str(key_node.value), key_node)
            if key.name in found:
                key.refuse(f"'{key.name}' stands here twice", "Keep one of the two")
            if key.name not in allowed:
                near = get_close_matches(key.name, allowed, n=1)
                hint = f"Did you mean '{near[0]}'" if near else f"Known are {', '.join(allowed)}"
                key.refuse(f"'{self.name}' knows no '{key.name}'", hint)
            found[key.name] = Part(self.file, key.name, value)
        if missing := [name for name in wanted if name not in found]:
            self.refuse(f"'{self.name}' lacks {', '.join(missing)}", "Add it below")
        return found

    def items(self) -> tuple["Part", ...]:
        """Its items, at least one."""
        if not isinstance(self.node, SequenceNode) or not self.node.value:
            self.refuse(f"'{self.name}' is not a list", "Begin each item with a dash")
        return tuple(Part(self.file, self.name, one) for one in self.node.value)

    def words(self) -> str:
        """A piece of text that is not empty."""
        if not isinstance(self.node, ScalarNode):
            self.refuse(
                f"'{self.name}' is not a piece of text", "Write it on one line, or after >-"
            )
        text = str(self.node.value).strip()
        if not text or (self.node.style is None and text in ("~", "null")):
            self.refuse(f"'{self.name}' is empty", "Write something, or take it out")
        return text

    def text(self, languages: tuple[str, ...]) -> dict[str, str]:
        """A text in each of the languages."""
        return {code: part.words() for code, part in self.parts(" ".join(languages)).items()}

    def flag(self) -> bool:
        """true or false."""
        word = self.words()
        if word not in ("true", "false"):
            self.refuse(f"'{self.name}' is '{word}'", "Write true or false")
        return word == "true"

    def match(self, pattern: str, what: str, fix: str) -> str:
        """Text of a certain form."""
        word = self.words()
        if not re.fullmatch(pattern, word):
            self.refuse(f"'{self.name}' is '{word}', which is not {what}", fix)
        return word


def read_root(path: Path) -> Part:
    """The whole file. Raises ContentError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror})"
        raise ContentError(path.name, None, problem, "Check that it is there") from error
    return _root(path.name, data)


@lru_cache(maxsize=2)
def _root(name: str, data: bytes) -> Part:
    """Reading takes a good part of a process's start; one that is forked after it need not."""
    if len(data) > MAX_BYTES:
        raise ContentError(name, None, "the file is larger than 1 MB", "Shorten it")
    try:
        root = YAML(typ="safe", pure=True).compose(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ContentError(name, None, "the file is not UTF-8 text", "Save it as UTF-8") from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        fix = "Check the spaces at the start of the line, and put a text with a colon in quotes"
        raise ContentError(name, line, f"this is not YAML ({error.problem})", fix) from error
    except (YAMLError, ValueError) as error:
        raise ContentError(name, None, "this is not YAML", "Start from the example") from error
    if root is None:
        raise ContentError(name, None, "the file is empty", "Start from the example")
    return Part(name, "the file", root)
