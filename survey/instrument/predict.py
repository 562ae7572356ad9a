"""What will be hidden, as far as headcounts tell: a plain prediction before anybody has answered.

Not the gate: it knows no answers. It tells an organizer which groups are too small to ask about,
while the definition can still be changed.
"""

from dataclasses import dataclass, replace

from survey.instrument.merge import merged_yaml
from survey.instrument.model import Breakdown, Definition, Group, Headcounts, Text

RESPONSE = 0.6
"""Part of the people who answer: a usual turnout of a shop that is being organized."""
ANSWERED = 0.9
"""Part of those who answer a given question; everything can be skipped."""
LEAST = 10
"""Expected answers under which a group is refused: sensitive questions need 2k of a group."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The unit (breakdown and group None) or one group. What is not known is None.

    `expected` answers to one question. `shown`: whether its table will probably be shown,
    `shown_sensitive`: the same for a sensitive question. `refused`: one sentence if the group
    is too small. `merge`: on the first refused group of a breakdown, the breakdown as YAML to
    paste, with small groups merged. `estimate`: the headcount is one.
    """

    breakdown: str | None
    group: str | None
    label: Text
    headcount: int | None
    expected: float | None
    shown: bool | None
    shown_sensitive: bool | None
    estimate: bool
    refused: str | None = None
    merge: str | None = None


def predict(definition: Definition, headcounts: Headcounts) -> tuple[Prediction, ...]:
    """The unit, then every group of every breakdown, in the order of the definition. Pure."""
    unit = _prediction(definition, headcounts, None, None)
    found = [unit]
    for breakdown in definition.breakdowns:
        found += _groups(definition, breakdown, headcounts)
    return tuple(found)


def _groups(
    definition: Definition, breakdown: Breakdown, headcounts: Headcounts
) -> list[Prediction]:
    predictions = [_prediction(definition, headcounts, breakdown, g) for g in breakdown.groups]
    small = next((i for i, p in enumerate(predictions) if p.refused), None)
    if small is not None:
        known = {p.group: p.expected for p in predictions if p.group and p.expected is not None}
        unit = definition.question(breakdown.source).unit
        merge = merged_yaml(breakdown, known, _least(definition), unit)
        predictions[small] = replace(predictions[small], merge=merge)
    return predictions


def _prediction(
    definition: Definition,
    headcounts: Headcounts,
    breakdown: Breakdown | None,
    group: Group | None,
) -> Prediction:
    people = headcounts.unit
    if breakdown and group:
        people = headcounts.groups.get(breakdown.id, {}).get(group.id)
    expected = None if people is None else people * RESPONSE * ANSWERED
    least = _least(definition)
    small = expected is not None and expected < least
    return Prediction(
        breakdown=breakdown.id if breakdown else None,
        group=group.id if group else None,
        label=group.label if group else definition.title,
        headcount=people,
        expected=expected,
        shown=None if expected is None else expected >= definition.k,
        shown_sensitive=None if expected is None else expected >= 2 * definition.k,
        estimate=headcounts.estimate,
        refused=_sentence(breakdown, group, people or 0, expected or 0, least) if small else None,
    )


def _least(definition: Definition) -> int:
    return max(LEAST, 2 * definition.k)


def _sentence(
    breakdown: Breakdown | None, group: Group | None, people: int, expected: float, least: int
) -> str:
    counted = f"{people} people, of whom about {expected:.0f}"
    if breakdown is None or group is None:
        return (
            f"The unit has {counted} will answer a question: at least {least} are needed, "
            "so survey a larger unit."
        )
    return (
        f"Group '{group.id}' of breakdown '{breakdown.id}' has {counted} will answer a question: "
        f"at least {least} are needed, so merge it with another group or leave it out."
    )
