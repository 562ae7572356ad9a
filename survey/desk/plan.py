"""What a new wave would be: its questionnaire checked, its groups predicted. Pure but for reading
the built-in files."""

import io
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from ruamel.yaml import YAML

from survey.instrument.library import LIBRARY
from survey.instrument.load import parse_definition, parse_headcounts
from survey.instrument.model import Breakdown, Definition, Group, Headcounts, say
from survey.instrument.predict import LEAST, Prediction, predict

OWN = "own"
"""The choice that is no built-in questionnaire."""
SECONDS = 16
"""What one question takes, as measured for the core: 22 questions in six minutes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked questionnaire with what will probably be hidden."""

    definition: Definition
    text: str
    headcounts: str
    """YAML, as a wave keeps it."""
    predictions: tuple[Prediction, ...]
    """The unit first. Of an open link the unit alone: its groups are never shown."""

    @property
    def small(self) -> tuple[Prediction, ...]:
        """Groups that are too small; the wave cannot be made while there are any."""
        return tuple(p for p in self.predictions if p.refused)

    @property
    def least(self) -> int:
        """Expected answers that a group needs."""
        return max(LEAST, 2 * self.definition.k)

    @property
    def merges(self) -> bool:
        """Whether a merge of the small groups is known."""
        return any(p.merge for p in self.predictions)


def make_plan(text: str, headcounts: str, whole_unit_only: bool = False) -> Plan:
    """Check text and headcounts (YAML). Raises DefinitionError."""
    definition = parse_definition(text, "questionnaire")
    found = predict(definition, parse_headcounts(headcounts, definition))
    return Plan(definition, text, headcounts, found[:1] if whole_unit_only else found)


def definition_text(choice: str, own: str) -> str:
    """The YAML of a built-in questionnaire, or `own`."""
    return own if choice == OWN else LIBRARY[choice].read_text(encoding="utf-8")


def headcounts_text(
    unit: int | None, groups: Mapping[str, Mapping[str, int]], estimate: bool
) -> str:
    """Headcounts as YAML (JSON is YAML), with only what is known."""
    known: dict[str, object] = {bid: dict(people) for bid, people in groups.items() if people}
    if unit is not None:
        known["unit"] = unit
    return json.dumps(known | ({"estimate": True} if estimate and known else {}))


def describe(definition: Definition) -> str:
    """Title, number of questions and minutes, as the list of questionnaires shows them."""
    questions = len(definition.questions)
    minutes = max(1, round(questions * SECONDS / 60))
    return f"{say(definition.title, 'en')}: {questions} questions, about {minutes} minutes"


def slug_of(name: str) -> str:
    """A name as it can stand in an address: "Río Verde Health" -> rio-verde-health."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].strip("-") or "campaign"


def merge_small(plan: Plan) -> Plan:
    """The plan with every proposed merge put into the questionnaire and the headcounts."""
    yaml = YAML()
    yaml.width = 120
    tree = yaml.load(plan.text)
    for prediction in plan.predictions:
        if prediction.merge:
            tree["breakdowns"].update(yaml.load(prediction.merge))
    out = io.StringIO()
    yaml.dump(tree, out)
    merged = parse_definition(out.getvalue(), "merged questionnaire")
    known = parse_headcounts(plan.headcounts, plan.definition)
    return make_plan(out.getvalue(), _moved(plan.definition, merged, known))


def _moved(before: Definition, after: Definition, known: Headcounts) -> str:
    """The headcounts of merged groups: the sums of what they were merged of."""
    groups: dict[str, dict[str, int]] = {}
    for breakdown in after.breakdowns:
        people = known.groups.get(breakdown.id, {})
        for group in breakdown.groups:
            parts = [g for g in before.breakdown(breakdown.id).groups if _within(g, group)]
            if parts and all(p.id in people for p in parts):
                groups.setdefault(breakdown.id, {})[group.id] = sum(people[p.id] for p in parts)
    return headcounts_text(known.unit, groups, known.estimate)


def _within(part: Group, whole: Group) -> bool:
    if part.band is None or whole.band is None:
        return set(part.options) <= set(whole.options)
    (low, high), (lowest, highest) = part.band, whole.band
    above = lowest is None or (low is not None and low >= lowest)
    below = highest is None or (high is not None and high <= highest)
    return above and below


def code_groups(definition: Definition) -> list[tuple[str, str]]:
    """Groups that codes can be issued for, as ("site=north", "Worksite: North")."""
    return [
        (f"{b.id}={g.id}", f"{say(b.label, 'en')}: {say(g.label, 'en')}")
        for b, g in asked_groups(definition)
    ]


def asked_groups(definition: Definition) -> list[tuple[Breakdown, Group]]:
    """Groups that somebody may know from outside: a job or a site, not a band of a number."""
    return [(b, g) for b in definition.breakdowns for g in b.groups if g.band is None]
