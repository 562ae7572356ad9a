"""A release as survey-release/1 JSON, and back: one release, one file, the same bytes always."""

import json
from collections.abc import Mapping

from survey.instrument.model import Text
from survey.release.model import (
    FORMAT,
    Release,
    ReleasedBreakdown,
    ReleasedOption,
    ReleasedQuestion,
    Table,
)
from survey.release.parse import from_json

__all__ = ["from_json", "to_json"]


def to_json(release: Release) -> bytes:
    """UTF-8, keys in the contract's order, whole numbers without a point, one newline at the end.

    `headcount_estimate` is there, and true, only where the headcounts are estimates.
    """
    body = {
        "format": FORMAT,
        "campaign": release.campaign,
        "wave": release.wave,
        "title": _text(release.title),
        "origin": release.origin,
        "access": release.access,
        "k": release.k,
        "fingerprint": release.fingerprint,
        "closed": release.closed,
        "responses": release.responses,
        "headcount": release.headcount,
        **({"headcount_estimate": True} if release.headcount_estimate else {}),
        "breakdowns": [_breakdown(b) for b in release.breakdowns],
        "questions": [_question(q) for q in release.questions],
        "hidden": [
            {"question": h.question, "breakdown": h.breakdown, "group": h.group}
            for h in release.hidden
        ],
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode() + b"\n"


def _breakdown(breakdown: ReleasedBreakdown) -> Mapping[str, object]:
    groups = [
        {"id": g.id, "label": _text(g.label), "headcount": g.headcount} for g in breakdown.groups
    ]
    return {"id": breakdown.id, "label": _text(breakdown.label), "groups": groups}


def _question(question: ReleasedQuestion) -> Mapping[str, object]:
    condition = question.show_if
    return {
        "id": question.id,
        "text": _text(question.text),
        "kind": question.kind,
        "sensitive": question.sensitive,
        "unit": question.unit,
        "by": list(question.by),
        "show_if": {condition[0]: list(condition[1])} if condition else None,
        "options": [_option(o) for o in question.options],
        "tables": [_table(t, question.kind) for t in question.tables],
    }


def _option(option: ReleasedOption) -> Mapping[str, object]:
    return {"id": option.id, "label": _text(option.label)}


def _table(table: Table, kind: str) -> Mapping[str, object]:
    head = {"breakdown": table.breakdown, "group": table.group, "n": table.n}
    if kind != "number":
        return {**head, "counts": dict(table.counts)}
    bins = [[_number(low), _number(high), people] for low, high, people in table.bins]
    quantiles = {name: _number(value) for name, value in table.quantiles}
    return {**head, "bins": bins, "quantiles": quantiles}


def _text(text: Text) -> dict[str, str]:
    return dict(text)


def _number(value: float | None) -> float | int | None:
    """24.0 as 24: whole numbers are written without a point."""
    return int(value) if value is not None and float(value).is_integer() else value
