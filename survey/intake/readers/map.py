"""survey-map/1: which column of an export answers which question. Names every column ever read."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from survey.instrument.load import read_file
from survey.instrument.model import Answer, Answers, Definition, Question
from survey.instrument.nodes import Node, Scalar, blame, parse_nodes, shorten
from survey.instrument.reading import keys, mapping, suggest, word
from survey.intake.readers.rules import (
    NumberCell,
    OneCell,
    Rule,
    SplitCell,
    TickCells,
    UncoveredError,
)

FORMAT = "survey-map/1"
READERS = ("csv",)

_COLUMN = ("column", "values", "unknown")
_KEYS = {
    "number": (*_COLUMN, "unit"),
    "choice": _COLUMN,
    "scale": _COLUMN,
    "choices": (*_COLUMN, "split"),
}
_TICK_KEYS = ("columns", "checked", "unchecked", "unknown")


@dataclass(frozen=True, slots=True)
class SurveyMap:
    """A checked map. `skips` are the questions whose uncovered values count as no answer."""

    reader: str
    rules: tuple[Rule, ...]
    skips: frozenset[str]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every heading that may be read; no other is."""
        return tuple(chain.from_iterable(rule.columns for rule in self.rules))

    def answers(self, cells: Mapping[str, str]) -> tuple[Answers, tuple[UncoveredError, ...]]:
        """The answers of one row, and what no rule covers (then the row is not to be counted)."""
        answers: dict[str, Answer] = {}
        faults: list[UncoveredError] = []
        for rule in self.rules:
            try:
                answer = rule.read(cells)
            except UncoveredError as fault:
                if rule.question.id not in self.skips:
                    faults.append(fault)
                continue
            if answer is not None:
                answers[rule.question.id] = answer
        return answers, tuple(faults)


def load_map(source: Path, definition: Definition) -> SurveyMap:
    """The checked map in that file. Raises DefinitionError, also if it cannot be read."""
    return parse_map(read_file(source), definition, source.name)


def parse_map(text: str, definition: Definition, name: str = "map") -> SurveyMap:
    """Read a map for `definition`. Raises DefinitionError with the line that is at fault."""
    root = parse_nodes(text, name)
    fields = keys(root, "a map", ("format", "reader", "questions"), ("format",))
    if word(fields["format"], "format") != FORMAT:
        raise blame(fields["format"], "the format is not known", f"Write 'format: {FORMAT}'")
    keys(root, "a map", fields, ("reader", "questions"))
    reader = word(fields["reader"], "reader")
    if reader not in READERS:
        fix = suggest(reader, READERS, "The readers are")
        raise blame(fields["reader"], f"there is no reader '{shorten(reader)}'", fix)
    questions = mapping(fields["questions"], "questions", "'pay: {column: wage}'")
    if not questions.items:
        raise blame(questions, "the map names no questions", "Add 'pay: {column: wage}'")
    rules, skips = [], set()
    for key, node in questions.items:
        rules.append(_rule(_question(key, definition), node))
        if _skips(node):
            skips.add(key.value)
    _once(rules, questions)
    return SurveyMap(reader, tuple(rules), frozenset(skips))


def _rule(question: Question, node: Node) -> Rule:
    what = f"'{question.id}'"
    given = {key.value for key, _ in mapping(node, what, "{column: heading}").items}
    if "columns" in given:
        return _tick_cells(question, keys(node, what, _TICK_KEYS, ("columns", "checked")))
    fields = keys(node, what, _KEYS[question.kind], ("column",))
    column = word(fields["column"], "column").strip()
    if question.kind == "number":
        return _number_cell(question, column, fields)
    values = _values(question, fields)
    if question.kind != "choices":
        return OneCell(question, column, values)
    if "split" not in fields or word(fields["split"], "split") != "options":
        fix = "Write 'split: options', or 'columns:' with one column per option"
        raise blame(node, f"{what} takes several answers and does not say how to part them", fix)
    return SplitCell(question, column, values)


def _number_cell(question: Question, column: str, fields: dict[str, Node]) -> NumberCell:
    units: dict[str | None, float] = {question.unit: 1.0, **dict(question.also)}
    unit = word(fields["unit"], "unit") if "unit" in fields else question.unit
    if unit not in units:
        fix = suggest(str(unit), [u for u in units if u], "Its units are")
        raise blame(fields["unit"], f"'{question.id}' has no unit '{shorten(str(unit))}'", fix)
    blanks = set()
    for key, value in _pairs(fields, "values"):
        if not value.empty:
            fix = "Map texts that mean no answer to null, and leave the others out"
            raise blame(value, f"'{question.id}' is a number", fix)
        blanks.add(key.value.strip())
    return NumberCell(question, column, units[unit], frozenset(blanks))


def _tick_cells(question: Question, fields: dict[str, Node]) -> TickCells:
    if question.kind != "choices":
        fix = "Write 'column:' and one heading"
        raise blame(fields["columns"], f"'{question.id}' takes one answer", fix)
    pairs = _pairs(fields, "columns")
    options = {key.value.strip(): _option(question, value) for key, value in pairs}
    if len(set(options.values())) < len(pairs) or not pairs:
        fix = "Write one column for each option: {heading: option}"
        raise blame(fields["columns"], f"the columns of '{question.id}' are not clear", fix)
    unchecked = word(fields["unchecked"], "unchecked") if "unchecked" in fields else ""
    return TickCells(question, options, word(fields["checked"], "checked"), unchecked)


def _values(question: Question, fields: dict[str, Node]) -> dict[str, str | None]:
    """Text -> option; without `values` the ids and the labels of the options, and "" for none."""
    if "values" in fields:
        return {
            key.value.strip(): None if value.empty else _option(question, value)
            for key, value in _pairs(fields, "values")
        }
    labels: dict[str, str | None] = {"": None}
    for option in question.options:
        labels |= {text.strip(): option.id for text in option.label.values()}
    return labels | {option.id: option.id for option in question.options}


def _option(question: Question, node: Scalar) -> str:
    ids = [option.id for option in question.options]
    if node.value not in ids:
        fix = suggest(node.value, ids, "Its options are")
        raise blame(node, f"'{question.id}' has no option '{shorten(node.value)}'", fix)
    return node.value


def _question(key: Scalar, definition: Definition) -> Question:
    found = next((q for q in definition.questions if q.id == key.value), None)
    if found is None:
        fix = suggest(key.value, (q.id for q in definition.questions), "Use ids of the definition")
        raise blame(key, f"the definition has no question '{shorten(key.value)}'", fix)
    return found


def _pairs(fields: dict[str, Node], key: str) -> list[tuple[Scalar, Scalar]]:
    if key not in fields:
        return []
    pairs: list[tuple[Scalar, Scalar]] = []
    for name, value in mapping(fields[key], key, "{text in the file: option}").items:
        if not isinstance(value, Scalar):
            fix = "Write one option id behind the colon"
            raise blame(value, f"'{shorten(name.value)}' stands for one option", fix)
        pairs.append((name, value))
    return pairs


def _skips(node: Node) -> bool:
    found = {k.value: v for k, v in mapping(node, "a question", "{column: heading}").items}
    if "unknown" not in found:
        return False
    rule = word(found["unknown"], "unknown")
    if rule not in ("skip", "refuse"):
        fix = "Write 'unknown: skip', or leave it out to refuse the row"
        raise blame(found["unknown"], f"'unknown' cannot be '{shorten(rule)}'", fix)
    return rule == "skip"


def _once(rules: list[Rule], node: Node) -> None:
    """One answer makes one published question: two from one column would give people away."""
    seen: dict[str, str] = {}
    for rule in rules:
        for column in rule.columns:
            if column in seen:
                both = f"'{seen[column]}' and '{rule.question.id}'"
                message = f"the column '{shorten(column)}' feeds both {both}"
                raise blame(node, message, "Let each column answer one question only")
            seen[column] = rule.question.id
