"""Reads survey-release/1 JSON strictly: what is not exactly a release is refused, with a sentence.

Knows the shape of a file, not whether its figures are right: that is what `audit` looks at.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from itertools import pairwise
from typing import Literal, NoReturn, TypeVar

from survey.release.model import (
    FORMAT,
    Hidden,
    Release,
    ReleasedBreakdown,
    ReleasedGroup,
    ReleasedOption,
    ReleasedQuestion,
    ReleaseError,
    Table,
)

T = TypeVar("T")
Name = TypeVar("Name", bound=str)

ORIGINS: tuple[Literal["survey", "simulated", "imported"], ...] = (
    "survey",
    "simulated",
    "imported",
)
ACCESS: tuple[Literal["codes", "open"], ...] = ("codes", "open")
KINDS: tuple[Literal["choice", "choices", "scale", "number"], ...] = (
    "choice",
    "choices",
    "scale",
    "number",
)
RELEASE = (
    *("format", "campaign", "wave", "title", "origin", "access", "k", "fingerprint", "closed"),
    *("responses", "headcount", "breakdowns", "questions", "hidden"),
)
QUESTION = ("id", "text", "kind", "sensitive", "unit", "by", "show_if", "options", "tables")
LARGEST = 1e15
"""Beyond it a float no longer holds every whole number."""
QUANTILES = ("p25", "p50", "p75")


def from_json(body: bytes) -> Release:
    """The release in `body`. Raises ReleaseError (what is wrong, and where in the file)."""
    try:
        found = json.loads(body.decode(), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, ValueError) as error:
        raise ReleaseError(f"This is not a release file: it is not JSON ({error}).") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ReleaseError(f'This is not a release file: "format" must be "{FORMAT}".')
    return _release(_Node(found, "release"))


class _Node:
    """A value of the file and where it stands; its methods insist on what it must be."""

    def __init__(self, value: object, where: str) -> None:
        self.value = value
        self.where = where

    def fail(self, expected: str) -> NoReturn:
        raise ReleaseError(f"The release file is damaged: {self.where} must be {expected}.")

    def fields(self, names: Collection[str], optional: Collection[str] = ()) -> "_Fields":
        """The fields of an object that has exactly these keys."""
        found = self.object()
        if missing := [name for name in names if name not in found]:
            self.fail(f'an object with "{missing[0]}"')
        if extra := [name for name in found if name not in {*names, *optional}]:
            self.fail(f'an object without "{extra[0]}"')
        return _Fields(found, self.where)

    def object(self) -> Mapping[str, object]:
        if not isinstance(self.value, dict):
            self.fail("an object")
        return self.value

    def each(self, read: Callable[["_Node"], T]) -> tuple[T, ...]:
        """A list, every item read by `read`."""
        if not isinstance(self.value, list):
            self.fail("a list")
        return tuple(read(_Node(v, f"{self.where}[{i}]")) for i, v in enumerate(self.value))

    def string(self) -> str:
        if not isinstance(self.value, str) or not self.value:
            self.fail("a text")
        if any("\ud800" <= char <= "\udfff" for char in self.value):
            self.fail("a text without halves of characters")
        return self.value

    def one_of(self, names: Collection[Name]) -> Name:
        found = [name for name in names if self.value == name]
        if not found:
            self.fail("one of " + ", ".join(names))
        return found[0]

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            self.fail("true or false")
        return self.value

    def people(self) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 0:
            self.fail("a whole number, 0 or more")
        return self.value

    def number(self) -> float:
        value = self.value
        if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > LARGEST:
            self.fail("a number")
        return float(value)

    def text(self) -> Mapping[str, str]:
        """A text by language."""
        found = self.object()
        if not found:
            self.fail("a text in at least one language")
        for lang in found:
            _Node(lang, f"a language of {self.where}").string()
        return {lang: _Node(found[lang], f"{self.where}.{lang}").string() for lang in found}

    def or_none(self, read: Callable[["_Node"], T]) -> T | None:
        return None if self.value is None else read(self)


class _Fields:
    """Fields of an object, as nodes."""

    def __init__(self, found: Mapping[str, object], where: str) -> None:
        self._found = found
        self._where = where

    def __getitem__(self, name: str) -> _Node:
        return _Node(self._found[name], f"{self._where}.{name}")

    def __contains__(self, name: str) -> bool:
        return name in self._found


def _release(node: _Node) -> Release:
    at = node.fields(RELEASE, ["headcount_estimate"])
    estimate = "headcount_estimate" in at
    if estimate and not at["headcount_estimate"].flag():
        at["headcount_estimate"].fail("true, or left out")
    return Release(
        campaign=at["campaign"].string(),
        wave=at["wave"].string(),
        title=at["title"].text(),
        origin=at["origin"].one_of(ORIGINS),
        access=at["access"].one_of(ACCESS),
        k=at["k"].people(),
        fingerprint=_matching(at["fingerprint"], r"[0-9a-f]{64}", "64 hexadecimal digits"),
        closed=_matching(at["closed"], r"\d{4}-(0[1-9]|1[0-2])", "a month, as 2026-11"),
        responses=at["responses"].people(),
        headcount=at["headcount"].or_none(_Node.people),
        headcount_estimate=estimate,
        breakdowns=at["breakdowns"].each(_breakdown),
        questions=at["questions"].each(_question),
        hidden=at["hidden"].each(_hidden),
    )


def _breakdown(node: _Node) -> ReleasedBreakdown:
    at = node.fields(["id", "label", "groups"])
    return ReleasedBreakdown(at["id"].string(), at["label"].text(), at["groups"].each(_group))


def _group(node: _Node) -> ReleasedGroup:
    at = node.fields(["id", "label", "headcount"])
    return ReleasedGroup(
        at["id"].string(), at["label"].text(), at["headcount"].or_none(_Node.people)
    )


def _question(node: _Node) -> ReleasedQuestion:
    at = node.fields(QUESTION)
    kind = at["kind"].one_of(KINDS)
    return ReleasedQuestion(
        id=at["id"].string(),
        text=at["text"].text(),
        kind=kind,
        sensitive=at["sensitive"].flag(),
        unit=at["unit"].or_none(_Node.string),
        by=at["by"].each(_Node.string),
        show_if=at["show_if"].or_none(_show_if),
        options=at["options"].each(_option),
        tables=at["tables"].each(_binned if kind == "number" else _counted),
    )


def _show_if(node: _Node) -> tuple[str, tuple[str, ...]]:
    found = node.object()
    if len(found) != 1:
        node.fail("an object with one question")
    question = next(iter(found))
    return question, _Node(found[question], f"{node.where}.{question}").each(_Node.string)


def _option(node: _Node) -> ReleasedOption:
    at = node.fields(["id", "label"])
    return ReleasedOption(at["id"].string(), at["label"].text())


def _counted(node: _Node) -> Table:
    at = node.fields(["breakdown", "group", "n", "counts"])
    counts = at["counts"].object()
    read = ((o, _Node(c, f"{node.where}.counts.{o}").people()) for o, c in counts.items())
    return Table(*_key(node, at), at["n"].people(), counts=tuple(read))


def _binned(node: _Node) -> Table:
    at = node.fields(["breakdown", "group", "n", "bins", "quantiles"])
    bins = at["bins"].each(_bin)
    ends = [low for low, _, _ in bins] + [high for _, high, _ in bins[-1:]]
    inner = [end for end in ends[1:-1] if end is not None]
    closed = [low for low, _, _ in bins[1:]] == [high for _, high, _ in bins[:-1]]
    rising = all(a < b for a, b in pairwise(inner)) and len(inner) == len(bins) - 1
    if not bins or not closed or not rising or ends[0] is not None or ends[-1] is not None:
        at["bins"].fail("bins that follow one another from an open end to an open end")
    found = at["quantiles"].object()
    if unknown := [name for name in found if name not in QUANTILES]:
        at["quantiles"].fail(f'without "{unknown[0]}": only {", ".join(QUANTILES)}')
    values = ((q, _Node(v, f"{node.where}.quantiles.{q}").number()) for q, v in found.items())
    return Table(*_key(node, at), at["n"].people(), bins=bins, quantiles=tuple(values))


def _bin(node: _Node) -> tuple[float | None, float | None, int]:
    if not isinstance(node.value, list) or len(node.value) != 3:
        node.fail("a list of from, to and people")
    low, high, people = (_Node(v, f"{node.where}[{i}]") for i, v in enumerate(node.value))
    return low.or_none(_Node.number), high.or_none(_Node.number), people.people()


def _key(node: _Node, at: _Fields) -> tuple[str | None, str | None]:
    breakdown = at["breakdown"].or_none(_Node.string)
    group = at["group"].or_none(_Node.string)
    if (breakdown is None) != (group is None):
        node.fail("a table of the unit (no breakdown, no group) or of a group (both)")
    return breakdown, group


def _hidden(node: _Node) -> Hidden:
    at = node.fields(["question", "breakdown", "group"])
    return Hidden(at["question"].string(), *_key(node, at))


def _matching(node: _Node, pattern: str, expected: str) -> str:
    value = node.string()
    if not re.fullmatch(pattern, value, re.ASCII):
        node.fail(expected)
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")
