"""Proposes fewer, larger groups for a breakdown, as YAML to paste into the definition. Pure."""

import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from survey.instrument.labels import band_label
from survey.instrument.model import Breakdown, Group, Text
from survey.instrument.reading import MAX_ID

_LONGEST = 200
"""Characters of a label, as the loader allows."""


def merged_yaml(
    breakdown: Breakdown, expected: Mapping[str, float], least: float, unit: str | None
) -> str | None:
    """The breakdown with groups of under `least` expected answers merged; None if none would stay.

    The smallest group joins the next smallest one, a band its smaller neighbor. Groups that
    `expected` does not name are left alone. `unit` is that of a number source.
    """
    groups = list(breakdown.groups)
    sizes = [expected.get(group.id) for group in groups]
    while (pair := _next_pair(groups, sizes, least)) is not None:
        keep, gone = sorted(pair)
        groups[keep] = _joined(groups[keep], groups[gone], groups, unit)
        sizes[keep] = (sizes[keep] or 0) + (sizes[gone] or 0)
        del groups[gone], sizes[gone]
    if len(groups) < 2 or any(size is not None and size < least for size in sizes):
        return None
    return _yaml(replace(breakdown, groups=tuple(groups)))


def _next_pair(
    groups: list[Group], sizes: list[float | None], least: float
) -> tuple[int, int] | None:
    known = {index: size for index, size in enumerate(sizes) if size is not None}
    small = min(known, key=known.__getitem__, default=None)
    if small is None or known[small] >= least:
        return None
    others = {index: size for index, size in known.items() if index != small}
    if groups[small].band is not None:
        others = {index: size for index, size in others.items() if abs(index - small) == 1}
    if not others:
        return None
    return small, min(others, key=others.__getitem__)


def _joined(first: Group, second: Group, groups: list[Group], unit: str | None) -> Group:
    label: Text = {lang: f"{text}, {second.label[lang]}" for lang, text in first.label.items()}
    band = None
    if first.band is not None and second.band is not None:
        band = (first.band[0], second.band[1])
        label = band_label(band, unit, tuple(first.label))
    name = _free_name(f"{first.id}-{second.id}", {g.id for g in groups})
    return Group(name, label, (*first.options, *second.options), band)


def _free_name(name: str, taken: set[str]) -> str:
    if len(name) <= MAX_ID and name not in taken:
        return name
    return next(free for n in count(1) if (free := f"merged-{n}") not in taken)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _yaml(breakdown: Breakdown) -> str:
    """A block that stands below `breakdowns:`. JSON strings are YAML strings."""
    banded = breakdown.groups[0].band is not None
    lines = [
        f"  {breakdown.id}:",
        f"    from: {breakdown.source}",
        f"    label: {_text(breakdown.label)}",
        f"    {'bands' if banded else 'groups'}:",
    ]
    for group in breakdown.groups:
        ends = ["null" if end is None else f"{end:.12g}" for end in group.band or ()]
        lines.append(f"      {group.id}: [{', '.join(ends if banded else group.options)}]")
    lines.append("    labels:")
    lines += [f"      {group.id}: {_text(group.label)}" for group in breakdown.groups]
    return "\n".join(lines) + "\n"


def _text(text: Text) -> str:
    inside = (
        f"{lang}: {json.dumps(_cut(words), ensure_ascii=False)}" for lang, words in text.items()
    )
    return "{" + ", ".join(inside) + "}"
