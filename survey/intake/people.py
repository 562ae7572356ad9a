"""Made-up people who answer a questionnaire: pure, and the same for the same seed for good.

What one person says hangs together: pay follows the job and the years in it, strain follows
caseload and pay, leaving follows strain. Questions that the tables below do not know are answered
by their kind. Only `random()` of Python's generator is used, whose sequence is guaranteed.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import NormalDist

from survey.instrument.model import Answer, Answers, Definition, Question

_NORMAL = NormalDist()
_ALONE = frozenset({"none", "nothing", "no", "unsure", "all-counts"})
"""Options of a check-all question that nobody ticks together with others."""

WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "role": {
        "therapist": 30,
        "case-manager": 24,
        "peer": 12,
        "nurse": 7,
        "residential": 10,
        "crisis": 5,
        "support": 8,
        "other": 4,
    },
    "worksite": {"north": 30, "south": 25, "east": 17, "community": 18, "several": 10},
    "tenure": {"under-1": 26, "from-1": 29, "from-3": 22, "from-6": 14, "over-10": 9},
    "schedule": {"full": 78, "part": 13, "relief": 4, "session": 5},
    "language": {
        "english": 97,
        "spanish": 21,
        "russian": 5,
        "vietnamese": 3,
        "chinese": 2,
        "sign": 1,
        "other": 5,
    },
    "target": {"yes": 62, "no": 30, "unsure": 8},
    "second-job": {"need": 26, "choice": 8, "no": 66},
    "bilingual-pay": {"yes": 15, "no": 70, "unsure": 15},
    "on-call": {"all": 12, "some": 18, "none": 22, "never": 40, "unsure": 8},
    "skipped-care": {"no": 58, "yes": 42},
    "vacancies": {"none": 16, "one": 24, "two": 24, "three-up": 24, "unsure": 12},
    "leave": {"very-unlikely": 20, "unlikely": 22, "even": 22, "likely": 20, "very-likely": 16},
    "assault": {"no": 55, "threat": 29, "attack": 16},
    "wait": {"week": 6, "two-weeks": 16, "month": 30, "quarter": 28, "longer": 8, "unsure": 12},
    "lost-clinician": {"none": 12, "few": 34, "half": 20, "most": 14, "unsure": 20},
    "gender": {"woman": 70, "man": 22, "nonbinary": 6, "other": 2},
    "race": {
        "native": 3,
        "asian": 6,
        "black": 6,
        "latino": 14,
        "mena": 2,
        "pacific": 1,
        "white": 80,
        "other": 2,
    },
    "credential": {"none": 30, "certified": 16, "qualified": 40, "licensed": 4, "other": 10},
    "credential/therapist": {"qualified": 18, "associate": 36, "licensed": 45, "other": 1},
    "credential/peer": {"none": 6, "certified": 90, "other": 4},
    "credential/nurse": {"medical": 98, "other": 2},
    "credential/support": {"none": 92, "other": 8},
    "pay-basics": {"far-short": 24, "short": 36, "just": 27, "more": 13},
    "target-reach": {"never": 12, "rarely": 30, "sometimes": 32, "often": 19, "always": 7},
    "uncredited": {
        "notes": 72,
        "no-shows": 60,
        "calls": 55,
        "coordination": 48,
        "travel": 33,
        "meetings": 46,
        "crisis": 28,
        "all-counts": 5,
    },
    "target-missed": {
        "nothing": 14,
        "talk": 50,
        "pay": 19,
        "schedule": 10,
        "discipline": 22,
        "unsure": 10,
    },
    "worn-out": {"never": 4, "rarely": 13, "sometimes": 33, "often": 35, "always": 15},
    "supervision": {"never": 8, "rarely": 22, "sometimes": 31, "often": 26, "always": 13},
    "raise-concerns": {"very-unsafe": 18, "unsafe": 30, "neither": 20, "safe": 22, "very-safe": 10},
    "staffing-harm": {"never": 8, "once": 22, "weekly": 26, "often": 28, "daily": 16},
    "stay": {"pay": 62, "caseload": 44, "paid-notes": 34, "staffing": 31, "benefits": 22},
    "leave-why": {"pay": 60, "caseload": 48, "stress": 52, "management": 26},
    "priorities": {"pay": 64, "staffing": 55, "all-hours": 27, "health": 30, "voice": 20},
    "benefits-improve": {
        "premiums": 44,
        "coverage": 30,
        "time-off": 36,
        "retirement": 25,
        "none": 3,
    },
}
"""How often options are picked, by question (and job): shares of 100, in check-alls each by itself.

An option that a table leaves out is rare.
"""

TILTS: Mapping[str, tuple[str, float]] = {
    "acuity": ("load", 0.5),
    "covering": ("strain", 0.7),
    "target-reach": ("strain", -0.8),
    "pay-basics": ("pay", 1.0),
    "second-job": ("pay", 0.6),
    "breaks": ("strain", 0.7),
    "skipped-care": ("strain", 0.5),
    "vacancies": ("strain", 0.3),
    "leave": ("strain", 0.9),
    "assault": ("strain", 0.3),
    "alone": ("strain", 0.4),
    "worn-out": ("strain", 1.0),
    "supervision": ("strain", -0.6),
    "raise-concerns": ("strain", -0.8),
    "lost-clinician": ("strain", 0.4),
    "staffing-harm": ("strain", 0.7),
}
"""How strongly a trait pushes towards the last option."""

NUMBERS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "pay": {
        "therapist": (29.5, 0.13),
        "case-manager": (23.6, 0.11),
        "peer": (20.8, 0.10),
        "nurse": (41.0, 0.12),
        "residential": (20.3, 0.09),
        "crisis": (25.5, 0.11),
        "support": (20.6, 0.10),
        "other": (27.0, 0.20),
    },
    "caseload": {
        "therapist": (43, 0.30),
        "case-manager": (56, 0.30),
        "peer": (26, 0.32),
        "nurse": (68, 0.35),
        "residential": (13, 0.35),
        "crisis": (17, 0.40),
    },
}
"""Median and spread (of the logarithm) by job; a job that is not named does not apply."""


@dataclass(frozen=True, slots=True)
class Person:
    """What lies behind one person's answers. Traits are standard normal, or nearly."""

    role: str
    pay: float
    load: float
    strain: float
    rng: Random


def answers_of_person(definition: Definition, seed: int, index: int) -> Answers:
    """The answers of the index-th person of `seed`, whatever number of people is asked for.

    Filtered questions are answered by all; the layout leaves out whom they are not for.
    """
    # A generator for each person keeps the others as they are when one question is added.
    rng = Random(f"{seed}/{index}")  # noqa: S311 - made-up data, to be had again from the seed
    person = _person(rng)
    given: dict[str, Answer] = {}
    for at, question in enumerate(definition.questions):
        answer = _answer(question, person, given)
        # Later and more personal questions are skipped more often.
        skip = 0.02 + 0.05 * at / len(definition.questions) + 0.07 * question.sensitive
        skip += 0.05 * question.personal + 0.04 * (question.kind == "number")
        if rng.random() >= skip and answer is not None:
            given[question.id] = answer
    return given


def _person(rng: Random) -> Person:
    roles = WEIGHTS["role"]
    role = _pick(rng, tuple(roles), tuple(roles.values()))
    pay, load = _normal(rng), _normal(rng)
    strain = 0.45 * load - 0.35 * pay + 0.75 * _normal(rng)
    return Person(role, pay, load, strain, rng)


def _answer(question: Question, person: Person, given: Answers) -> Answer | None:
    if question.kind == "number":
        return _number(question, person, given)
    if question.kind == "choices":
        return _ticks(question, person)
    ids = tuple(o.id for o in question.options)
    if question.id == "role" and person.role in ids:
        return person.role
    return _pick(person.rng, ids, _weights(question, person))


def _weights(question: Question, person: Person) -> list[float]:
    known = WEIGHTS.get(f"{question.id}/{person.role}") or WEIGHTS.get(question.id, {})
    size = len(question.options)
    places = [2 * at / (size - 1) - 1 if size > 1 else 0.0 for at in range(size)]
    trait, tilt = TILTS.get(question.id, ("strain", 0.0))
    push = tilt * float(getattr(person, trait))
    # Without a table, a scale is answered in its middle and a choice by its first options.
    shape = [1.5 - abs(p) if question.kind == "scale" else 1.2 - p / 2 for p in places]
    return [
        known.get(option.id, 1.0 if known else base * 20) * math.exp(1.4 * push * place)
        for option, base, place in zip(question.options, shape, places, strict=True)
    ]


def _ticks(question: Question, person: Person) -> frozenset[str] | None:
    known = WEIGHTS.get(question.id, {})
    shares = {o.id: known.get(o.id, 14.0) / 100 for o in question.options}
    drawn = {o: person.rng.random() / share for o, share in shares.items()}
    ticked = sorted((o for o in drawn if drawn[o] < 1), key=lambda o: drawn[o])[: question.max]
    alone = [o for o in ticked if o in _ALONE]
    return frozenset(alone[:1] or ticked) or None


def _number(question: Question, person: Person, given: Answers) -> float | None:
    low, high = question.edges[0], question.edges[-1]
    spread = _normal(person.rng)
    if question.id.startswith("caseload") and person.role not in NUMBERS["caseload"]:
        return None  # it does not apply
    if question.id in NUMBERS:
        median, sigma = NUMBERS[question.id][person.role]
        trait = person.pay if question.id == "pay" else person.load
        return _rounded(median * math.exp(sigma * (0.9 * trait + 0.4 * spread)), question)
    if question.id == "caseload-good" and isinstance(load := given.get("caseload"), float):
        return _rounded(
            load * min(1.1, math.exp(-0.3 - 0.12 * person.strain + 0.1 * spread)), question
        )
    # Most say little, a few say much: hours of unpaid work, of paperwork, of anything.
    if question.id == "unpaid-hours" and person.rng.random() < 0.22:
        return 0.0
    typical = low + (high - low) / 4
    return _rounded(typical * math.exp(0.25 * person.strain + 0.45 * spread), question)


def _rounded(value: float, question: Question) -> float:
    """As people say it: dollars by the quarter, everything else whole."""
    if question.unit and question.unit.startswith("USD"):
        return round(value * 4) / 4
    return float(round(value))


def _normal(rng: Random) -> float:
    return _NORMAL.inv_cdf(min(max(rng.random(), 1e-9), 1 - 1e-9))


def _pick(rng: Random, ids: Sequence[str], weights: Sequence[float]) -> str:
    left = rng.random() * sum(weights)
    for option, weight in zip(ids, weights, strict=True):
        left -= weight
        if left < 0:
            return option
    return ids[-1]
